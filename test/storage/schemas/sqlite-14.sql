create table if not exists owner (
    only integer primary key check (only = 1), role text not null check (role in ('coordinator', 'helper')),
    keys blob not null check (length(keys) = 32)) strict;
create table if not exists probe (only integer primary key check (only = 1), filler blob not null) strict;
create table if not exists task (
    id blob primary key check (length(id) = 32), manifest blob not null, verify_key blob not null,
    closes integer not null, expired integer not null default 0 check (expired in (0, 1))) strict;
create index if not exists task_closes on task (expired, closes);
create table if not exists report (
    seq integer primary key, task blob not null references task (id), id blob not null check (length(id) = 16),
    state text not null check (state in ('pending', 'aggregating', 'accepted', 'rejected')), error integer, upload blob,
    output_share blob, unique (task, id)) strict;
create index if not exists report_state on report (task, state, seq);
create table if not exists job (
    task blob not null references task (id), key blob not null, request blob, response blob,
    primary key (task, key)) strict;
create table if not exists batch (
    task blob primary key references task (id), count integer not null, checksum blob not null,
    noised_share blob not null) strict;
create table if not exists budget (
    epoch text primary key, cap integer not null, spent integer not null, check (spent >= 0 and spent <= cap)) strict;
create table if not exists ledger_event (
    seq integer primary key, kind text not null check (kind in ('debit', 'release')), at integer not null,
    task blob not null, rho integer not null check (rho > 0), epochs text not null, mechanism text not null,
    unique (task, kind)) strict;
create table if not exists query (
    seq integer primary key, hash text not null unique, task blob not null unique,
    state text not null check (state in ('reserved', 'published', 'settled')), manifest blob not null,
    opens integer not null, closes integer not null, envelope text, release blob, question text,
    settled integer, check ((state = 'settled') = (release is not null))) strict;
create index if not exists query_open on query (state, closes);
create table if not exists leaf (seq integer primary key, bytes blob not null) strict;
create table if not exists chain (
    sequence integer primary key, kind text not null, body text not null,
    hash blob not null check (length(hash) = 32)) strict;
create table if not exists counterpart (
    one integer primary key check (one = 1), key blob not null, head blob not null, signature blob not null) strict;
create table if not exists forgotten (task blob primary key) strict;
create table if not exists spent_token (
    issuer blob not null, name blob not null, primary key (issuer, name)) strict, without rowid;
create table if not exists issued (
    account blob not null, year text not null, count integer not null check (count > 0),
    primary key (account, year)) strict, without rowid;
create table if not exists answered (request blob primary key, year text not null) strict, without rowid;
create table upload (seq integer primary key references report (seq), bytes blob not null) strict;
create table output_share (seq integer primary key references report (seq), bytes blob not null) strict;
insert into upload select seq, upload from report where upload is not null;
insert into output_share select seq, output_share from report where output_share is not null;
alter table report drop column upload;
alter table report drop column output_share;
alter table owner rename to owner_1;
create table owner (
    only integer primary key check (only = 1), role text not null check (role in ('coordinator', 'helper', 'issuer')),
    keys blob not null check (length(keys) = 32)) strict;
insert into owner select only, role, keys from owner_1;
drop table owner_1;
create table withdrawal (
    task blob not null references task (id), report blob not null check (length(report) = 16),
    secret blob not null check (length(secret) = 32),
    state text not null check (state in ('waiting', 'late', 'applied', 'shared')),
    primary key (task, report)) strict, without rowid;
create index withdrawal_state on withdrawal (task, state, report);
create table closing (
    task blob primary key references task (id), count integer not null, checksum blob not null) strict;
create table sealed (only integer primary key check (only = 1), proof blob not null) strict;
alter table job add column reports blob;
alter table job add column at integer not null default 0;
alter table job add column until integer not null default 0;
alter table job add column tries integer not null default 0;
create index job_idle on job (until) where response is null;
alter table task add column draining integer not null default 0;
create table training (
    seq integer primary key, run text not null unique, state text not null, optimiser blob not null) strict;
create table model (hash text primary key, weights blob not null) strict;
create table approval (
    key blob primary key check (length(key) = 32), manifest blob not null,
    state text not null check (state in ('waiting', 'approved', 'refused')),
    asked integer not null, decided integer, reason text, task blob unique) strict;
create table issuance (
    only integer primary key check (only = 1), sequence integer not null, closed text) strict;
create table masked_round (
    seq integer primary key, task blob not null unique check (length(task) = 32), hash text not null unique,
    state text not null check (state in ('joining', 'open', 'done', 'aborted')), manifest blob not null,
    envelope text not null, closes integer not null, ends integer not null, opening blob, opened integer,
    because text, check ((state = 'open') = (opening is not null))) strict;
create table masked_entry (
    task blob not null references masked_round (task), sequence integer not null, at integer not null, message blob,
    primary key (task, sequence)) strict;
create table roster (
    task blob primary key check (length(task) = 32), manifest blob not null, closes integer not null,
    ends integer not null, opening blob, refused text, check (opening is null or refused is null)) strict;
create table roster_member (
    seq integer primary key, task blob not null references roster (task),
    account blob not null check (length(account) = 32), key blob not null check (length(key) = 32),
    unique (task, account), unique (task, key)) strict;
alter table owner rename to owner_2;
create table owner (
    only integer primary key check (only = 1),
    role text not null check (role in ('coordinator', 'helper', 'issuer', 'registrar')),
    keys blob not null check (length(keys) = 32)) strict;
insert into owner select only, role, keys from owner_2;
drop table owner_2;
create table stream (
    task blob primary key check (length(task) = 32), round integer not null check (round >= 0),
    until integer not null, state blob) strict;
create table trained (run text primary key, rho integer not null check (rho >= 0)) strict, without rowid;
alter table job add column resting integer not null default 0;
alter table job add column faults integer not null default 0;
alter table job add column parked text;
create table retired_issuer (issuer blob primary key) strict;
create table bucket (
    kind text not null check (kind in ('report', 'withdrawal')), task blob not null,
    tokens integer not null check (tokens >= 0), at integer not null, primary key (kind, task)) strict, without rowid;
create table place (
    kind text not null check (kind in ('report', 'withdrawal')), task blob not null,
    given integer not null check (given >= 0), draws integer not null check (draws > 0),
    primary key (kind, task)) strict, without rowid;
create table place_draw (
    kind text not null, task blob not null, draw integer not null,
    primary key (kind, task, draw)) strict, without rowid;
pragma user_version = 14;
insert into owner ("only", role, keys) values (1, 'helper', x'0707070707070707070707070707070707070707070707070707070707070707');
insert into task (id, manifest, verify_key, closes, expired) values (x'0101010101010101010101010101010101010101010101010101010101010101', x'0505050505', x'0606060606060606060606060606060606060606060606060606060606060606', 100, 0);
insert into report (task, id, state) values (x'0101010101010101010101010101010101010101010101010101010101010101', x'01010101010101010101010101010101', 'pending');
insert into upload (seq, bytes) select seq, x'010101' from report where id = x'01010101010101010101010101010101';
insert into report (task, id, state) values (x'0101010101010101010101010101010101010101010101010101010101010101', x'02020202020202020202020202020202', 'accepted');
insert into output_share (seq, bytes) select seq, x'0303030303030303' from report where id = x'02020202020202020202020202020202';
insert into budget (epoch, cap, spent) values ('2026-W01', 10, 4);
insert into ledger_event (kind, at, task, rho, epochs, mechanism) values ('debit', 1, x'0101010101010101010101010101010101010101010101010101010101010101', 4, '2026-W01', '{}');
insert into spent_token (issuer, name) values (x'0909090909090909090909090909090909090909090909090909090909090909', x'0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a');

create table turn ();
create table owner (
    "only" integer primary key check ("only" = 1),
    role text collate "C" not null check (role in ('coordinator', 'helper')),
    keys bytea not null check (octet_length(keys) = 32));
create table probe ("only" integer primary key check ("only" = 1), filler bytea not null);
alter table probe alter filler set storage external;
create table task (
    id bytea primary key check (octet_length(id) = 32), manifest bytea not null, verify_key bytea not null,
    closes bigint not null, expired bigint not null default 0 check (expired in (0, 1)));
create index task_closes on task (expired, closes);
create table report (
    seq bigint generated always as identity primary key, task bytea not null references task (id),
    id bytea not null check (octet_length(id) = 16),
    state text collate "C" not null check (state in ('pending', 'aggregating', 'accepted', 'rejected')),
    error bigint, upload bytea, output_share bytea, unique (task, id));
alter table report alter upload set storage external, alter output_share set storage external;
create index report_state on report (task, state, seq);
create table job (
    task bytea not null references task (id), key bytea not null, request bytea, response bytea,
    primary key (task, key));
alter table job alter request set storage external, alter response set storage external;
create table batch (
    task bytea primary key references task (id), count bigint not null, checksum bytea not null,
    noised_share bytea not null);
create table budget (
    epoch text collate "C" primary key, cap bigint not null, spent bigint not null,
    check (spent >= 0 and spent <= cap));
create table ledger_event (
    seq bigint generated always as identity primary key,
    kind text collate "C" not null check (kind in ('debit', 'release')), at bigint not null, task bytea not null,
    rho bigint not null check (rho > 0), epochs text collate "C" not null, mechanism text collate "C" not null,
    unique (task, kind));
create table query (
    seq bigint generated always as identity primary key, hash text collate "C" not null unique,
    task bytea not null unique,
    state text collate "C" not null check (state in ('reserved', 'published', 'settled')), manifest bytea not null,
    opens bigint not null, closes bigint not null, envelope text collate "C", release bytea, question text collate "C",
    settled bigint, check ((state = 'settled') = (release is not null)));
create index query_open on query (state, closes);
create table leaf (seq bigint primary key, bytes bytea not null);
create table chain (
    sequence bigint primary key, kind text collate "C" not null, body text collate "C" not null,
    hash bytea not null check (octet_length(hash) = 32));
create table counterpart (
    one bigint primary key check (one = 1), key bytea not null, head bytea not null, signature bytea not null);
create table forgotten (task bytea primary key);
create table spent_token (issuer bytea not null, name bytea not null, primary key (issuer, name));
create table issued (
    account bytea not null, year text collate "C" not null, count bigint not null check (count > 0),
    primary key (account, year));
create table answered (request bytea primary key, year text collate "C" not null);
alter table owner drop constraint owner_role_check;
alter table owner add constraint owner_role_check check (role in ('coordinator', 'helper', 'issuer'));
create table withdrawal (
    task bytea not null references task (id), report bytea not null check (octet_length(report) = 16),
    secret bytea not null check (octet_length(secret) = 32),
    state text collate "C" not null check (state in ('waiting', 'late', 'applied', 'shared')),
    primary key (task, report));
create index withdrawal_state on withdrawal (task, state, report);
create table closing (
    task bytea primary key references task (id), count bigint not null, checksum bytea not null);
create table sealed ("only" integer primary key check ("only" = 1), proof bytea not null);
alter table job add reports bytea, add at bigint not null default 0, add until bigint not null default 0,
    add tries bigint not null default 0;
create index job_idle on job (until) where response is null;
alter table task add draining bigint not null default 0;
create table training (
    seq bigint generated always as identity primary key, run text collate "C" not null unique,
    state text collate "C" not null, optimiser bytea not null);
create table model (hash text collate "C" primary key, weights bytea not null);
alter table model alter weights set storage external;
create table approval (
    key bytea primary key check (octet_length(key) = 32), manifest bytea not null,
    state text collate "C" not null check (state in ('waiting', 'approved', 'refused')),
    asked bigint not null, decided bigint, reason text collate "C", task bytea unique);
create table issuance (
    "only" integer primary key check ("only" = 1), sequence bigint not null, closed text collate "C");
create table masked_round (
    seq bigint generated always as identity primary key, task bytea not null unique check (octet_length(task) = 32),
    hash text collate "C" not null unique,
    state text collate "C" not null check (state in ('joining', 'open', 'done', 'aborted')), manifest bytea not null,
    envelope text collate "C" not null, closes bigint not null, ends bigint not null, opening bytea, opened bigint,
    because text collate "C", check ((state = 'open') = (opening is not null)));
create table masked_entry (
    task bytea not null references masked_round (task), sequence bigint not null, at bigint not null, message bytea,
    primary key (task, sequence));
alter table masked_entry alter message set storage external;
create table roster (
    task bytea primary key check (octet_length(task) = 32), manifest bytea not null, closes bigint not null,
    ends bigint not null, opening bytea, refused text collate "C", check (opening is null or refused is null));
create table roster_member (
    seq bigint generated always as identity primary key, task bytea not null references roster (task),
    account bytea not null check (octet_length(account) = 32), key bytea not null check (octet_length(key) = 32),
    unique (task, account), unique (task, key));
alter table owner drop constraint owner_role_check;
alter table owner add constraint owner_role_check
    check (role in ('coordinator', 'helper', 'issuer', 'registrar'));
create table stream (
    task bytea primary key check (octet_length(task) = 32), round bigint not null check (round >= 0),
    until bigint not null, state bytea);
alter table stream alter state set storage external;
create table trained (run text collate "C" primary key, rho bigint not null check (rho >= 0));
alter table job add resting bigint not null default 0, add faults bigint not null default 0, add parked text collate "C";
create table retired_issuer (issuer bytea primary key);
create table bucket (
    kind text collate "C" not null check (kind in ('report', 'withdrawal')), task bytea not null,
    tokens bigint not null check (tokens >= 0), at bigint not null, primary key (kind, task));
create table place (
    kind text collate "C" not null check (kind in ('report', 'withdrawal')), task bytea not null,
    given bigint not null check (given >= 0), draws bigint not null check (draws > 0), primary key (kind, task));
create table place_draw (
    kind text collate "C" not null, task bytea not null, draw bigint not null, primary key (kind, task, draw));
create table schema_version ("only" integer primary key check ("only" = 1), version integer not null);
insert into schema_version values (1, 13);
insert into owner ("only", role, keys) values (1, 'helper', '\x0707070707070707070707070707070707070707070707070707070707070707');
insert into task (id, manifest, verify_key, closes, expired) values ('\x0101010101010101010101010101010101010101010101010101010101010101', '\x0505050505', '\x0606060606060606060606060606060606060606060606060606060606060606', 100, 0);
insert into report (task, id, state, upload) values ('\x0101010101010101010101010101010101010101010101010101010101010101', '\x01010101010101010101010101010101', 'pending', '\x010101');
insert into report (task, id, state, output_share) values ('\x0101010101010101010101010101010101010101010101010101010101010101', '\x02020202020202020202020202020202', 'accepted', '\x0303030303030303');
insert into budget (epoch, cap, spent) values ('2026-W01', 10, 4);
insert into ledger_event (kind, at, task, rho, epochs, mechanism) values ('debit', 1, '\x0101010101010101010101010101010101010101010101010101010101010101', 4, '2026-W01', '{}');
insert into spent_token (issuer, name) values ('\x0909090909090909090909090909090909090909090909090909090909090909', '\x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a');

// A DAP client and collector, written from the draft on the crates `prio` and `hpke`, to see whether Paceline's services and bytes
// are what the draft says. Driven line by line: each question and each answer is one line of JSON, byte strings are in hex.
mod http;
mod job;
mod messages;

use hpke::aead::AesGcm128;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{single_shot_open, single_shot_seal, Deserializable, Kem, OpModeR, OpModeS, Serializable};
use job::{job_of, Opened};
use messages::{collection_job, metadata, Ciphertext, In, Out, Task};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use serde::Deserialize;
use serde_json::{json, Value};
use std::io::{stdin, stdout, BufRead, Write};
use std::thread::sleep;
use std::time::Duration;

const LEADER: u8 = 2;
const HELPER: u8 = 3;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Question {
    Hello,
    /// Makes a report of each measurement, with the keys that the aggregators show, and sends them.
    Upload { task: Task, measurements: Vec<Value>, time: u64, together: usize },
    /// Collects a batch: an interval, or the leader's next.
    Collect { task: Task, interval: Option<(u64, u64)>, token: String, key: Key },
    /// Opens and verifies encoded reports with both aggregators' keys, and adds them up.
    Verify { task: Task, reports: Vec<String>, leader: Key, helper: Key, verify_key: String },
}

#[derive(Deserialize)]
struct Key {
    id: u8,
    secret: String,
}

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    hex::decode(hex).map_err(text)
}

/// The first configuration of the mandatory suite.
fn receiving_key(aggregator: &str) -> Result<(u8, PublicKey), String> {
    let answer = http::send("GET", &format!("{aggregator}/hpke_config"), &[], &[])?;
    if answer.status != 200 || answer.header("content-type") != Some("application/ppm-dap;message=hpke-config-list") {
        return Err(format!("{aggregator} shows no keys: {}", answer.status));
    }
    let mut list = In(&answer.body);
    let mut configs = In(list.opaque(2)?);
    list.end()?;
    while !configs.0.is_empty() {
        let (id, kem, kdf, aead) = (configs.uint(1)?, configs.uint(2)?, configs.uint(2)?, configs.uint(2)?);
        let key = configs.opaque(2)?;
        if (kem, kdf, aead) == (0x0020, 0x0001, 0x0001) {
            return Ok((id as u8, PublicKey::from_bytes(key).map_err(text)?));
        }
    }
    Err(format!("{aggregator} has no key of the mandatory suite"))
}

fn seal(out: &mut Out, (id, key): &(u8, PublicKey), info: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<(), String> {
    let mut random = StdRng::from_os_rng();
    let (enc, payload) =
        single_shot_seal::<AesGcm128, HkdfSha256, X25519HkdfSha256, _>(&OpModeS::Base, key, info, plaintext, aad, &mut random)
            .map_err(text)?;
    out.uint((*id).into(), 1).opaque(&enc.to_bytes(), 2).opaque(&payload, 4);
    Ok(())
}

fn open(key: &Key, sealed: &Ciphertext, info: &[u8], aad: &[u8]) -> Result<Vec<u8>, String> {
    if sealed.config_id != key.id {
        return Err(format!("sealed to key {}, not {}", sealed.config_id, key.id));
    }
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&bytes(&key.secret)?).map_err(text)?;
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(sealed.enc).map_err(text)?;
    single_shot_open::<AesGcm128, HkdfSha256, X25519HkdfSha256>(&OpModeR::Base, &secret, &enc, info, sealed.payload, aad)
        .map_err(text)
}

/// PlaintextInputShare without extensions.
fn plaintext(share: &[u8]) -> Vec<u8> {
    let mut out = Out::default();
    out.opaque(&[], 2).opaque(share, 4);
    out.0
}

fn upload(task: &Task, measurements: &[Value], time: u64, together: usize) -> Result<Value, String> {
    let job = job_of(&task.vdaf)?;
    let keys = [receiving_key(&task.leader)?, receiving_key(&task.helper)?];
    let mut random = StdRng::from_os_rng();
    let mut errors = vec![];
    for some in measurements.chunks(together) {
        let mut body = Out::default();
        for measurement in some {
            let mut id = [0; 16];
            random.fill_bytes(&mut id);
            let (public_share, shares) = job.shard(&task.context(), measurement, &id)?;
            let metadata = metadata(&id, time);
            let aad = task.input_share_aad(&metadata, &public_share);
            body.raw(&metadata).opaque(&public_share, 4);
            for (i, role) in [LEADER, HELPER].into_iter().enumerate() {
                seal(&mut body, &keys[i], &task.input_share_info(role), &aad, &plaintext(&shares[i]))?;
            }
        }
        let url = format!("{}/tasks/{}/reports", task.leader, base64url(&task.id()));
        let answer = http::send("POST", &url, &[("content-type", "application/ppm-dap;message=upload-req")], &body.0)?;
        if answer.status / 100 != 2 {
            return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
        }
        let mut said = In(&answer.body);
        while !said.0.is_empty() {
            said.raw(16)?;
            errors.push(said.uint(1)?);
        }
    }
    Ok(json!({ "sent": measurements.len(), "errors": errors }))
}

fn collect(task: &Task, interval: Option<(u64, u64)>, token: &str, key: &Key) -> Result<Value, String> {
    let request = collection_job(interval);
    let url = format!("{}/tasks/{}/collection_jobs", task.leader, base64url(&task.id()));
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/ppm-dap;message=collection-job-req")];
    let mut answer = http::send("POST", &url, &headers, &request)?;
    let said = answer.header("location").ok_or("no location")?;
    let place = if said.contains("://") { said.to_string() } else { format!("{}/{said}", url.rsplit_once('/').unwrap().0) };
    for _ in 0..600 {
        if answer.status / 100 != 2 {
            return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
        }
        if !answer.body.is_empty() {
            return opened(task, &request, key, &answer.body);
        }
        answer.header("retry-after").ok_or("deferred without a time")?;
        sleep(Duration::from_millis(100));
        answer = http::send("GET", &place, &headers[..1], &[])?;
    }
    Err("never collected".into())
}

fn opened(task: &Task, request: &[u8], key: &Key, body: &[u8]) -> Result<Value, String> {
    let mut from = In(body);
    let (count, start, duration) = (from.uint(8)?, from.uint(8)?, from.uint(8)?);
    let sealed = [Ciphertext::read(&mut from)?, Ciphertext::read(&mut from)?];
    from.end()?;
    let aad = task.aggregate_share_aad(request);
    let leader = open(key, &sealed[0], &task.aggregate_share_info(LEADER), &aad)?;
    let helper = open(key, &sealed[1], &task.aggregate_share_info(HELPER), &aad)?;
    let result = job_of(&task.vdaf)?.unshard([&leader, &helper], count as usize)?;
    Ok(json!({ "count": count, "start": start, "duration": duration, "result": result }))
}

fn verify(task: &Task, reports: &[String], keys: [&Key; 2], verify_key: &str) -> Result<Value, String> {
    let mut all = vec![];
    for report in reports {
        let encoded = bytes(report)?;
        let mut from = In(&encoded);
        let whole = from.0;
        let id: [u8; 16] = from.raw(16)?.try_into().map_err(|_| "an id")?;
        from.uint(8)?;
        from.opaque(2)?;
        let metadata = &whole[..whole.len() - from.0.len()];
        let public_share = from.opaque(4)?.to_vec();
        let sealed = [Ciphertext::read(&mut from)?, Ciphertext::read(&mut from)?];
        from.end()?;
        let aad = task.input_share_aad(metadata, &public_share);
        let mut input_shares = [vec![], vec![]];
        for (i, role) in [LEADER, HELPER].into_iter().enumerate() {
            let plain = open(keys[i], &sealed[i], &task.input_share_info(role), &aad)?;
            let mut share = In(&plain);
            share.opaque(2)?;
            input_shares[i] = share.opaque(4)?.to_vec();
            share.end()?;
        }
        all.push(Opened { id, public_share, input_shares });
    }
    let key = bytes(verify_key)?.try_into().map_err(|_| "a verification key has 32 bytes")?;
    Ok(json!({ "result": job_of(&task.vdaf)?.add_up(&key, &task.context(), &all)? }))
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, i| word << 8 | u32::from(*three.get(i).unwrap_or(&0)));
        for i in 0..=three.len() {
            out.push(ALPHABET[(word >> (18 - 6 * i)) as usize & 63] as char);
        }
    }
    out
}

fn answer(question: Question) -> Result<Value, String> {
    match question {
        Question::Hello => Ok(json!({ "name": "prio 0.18.1 and hpke 0.13.0", "draft": 18 })),
        Question::Upload { task, measurements, time, together } => upload(&task, &measurements, time, together),
        Question::Collect { task, interval, token, key } => collect(&task, interval, &token, &key),
        Question::Verify { task, reports, leader, helper, verify_key } => verify(&task, &reports, [&leader, &helper], &verify_key),
    }
}

fn main() {
    for line in stdin().lock().lines() {
        let said = serde_json::from_str(&line.unwrap()).map_err(text).and_then(answer);
        println!("{}", said.unwrap_or_else(|error| json!({ "error": error })));
        stdout().flush().unwrap();
    }
}

// The native peer of `npm run bench -- prio3`: the crate `prio` (libprio-rs), wire version 18, driven line by line.
// Each question and each answer is one line of JSON. Reports go in and out as the bytes that cross the wire, so both sides
// of the benchmark verify the same reports and each accepts what the other made.
use prio::codec::{Encode, ParameterizedDecode};
use prio::flp::Type;
use prio::vdaf::prio3::{Prio3, Prio3InputShare, Prio3PublicShare, Prio3VerifierMessage, Prio3VerifierShare};
use prio::vdaf::xof::XofTurboShake128;
use prio::vdaf::{Aggregator, Client, Collector, VerifyTransition};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::{json, Value};
use std::collections::HashMap;
use std::hint::black_box;
use std::io::{stdin, stdout, BufRead, Write};
use std::time::Instant;

type Vdaf<T> = Prio3<T, XofTurboShake128, 32>;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Question {
    Hello,
    Load { job: String, context: String, verify_key: String, measurements: Vec<Value>, reports: Vec<Report> },
    Sample { job: String },
    Shard { job: String, iterations: usize },
    Verify { job: String, iterations: usize },
}

#[derive(Clone, Deserialize, Serialize)]
struct Report {
    nonce: String,
    public_share: String,
    input_shares: Vec<String>,
}

struct Wire {
    nonce: [u8; 16],
    public_share: Vec<u8>,
    input_shares: Vec<Vec<u8>>,
}

trait Job {
    /// Takes measurements to shard and reports to verify. Returns what the reports add up to.
    fn load(&mut self, context: Vec<u8>, key: [u8; 32], measurements: Vec<Value>, reports: Vec<Wire>) -> Value;
    fn sample(&self) -> Vec<Report>;
    fn shard(&self, iterations: usize) -> f64;
    fn verify(&self, iterations: usize) -> f64;
}

struct Prio3Job<T: Type> {
    vdaf: Vdaf<T>,
    context: Vec<u8>,
    key: [u8; 32],
    measurements: Vec<T::Measurement>,
    reports: Vec<Wire>,
}

impl<T: Type> Prio3Job<T> {
    fn boxed(vdaf: Vdaf<T>) -> Box<dyn Job>
    where
        T: 'static,
        T::Measurement: DeserializeOwned,
        T::AggregateResult: Serialize,
    {
        Box::new(Self { vdaf, context: vec![], key: [0; 32], measurements: vec![], reports: vec![] })
    }

    /// Sharding as a client does it, up to the bytes that it will seal.
    fn shard_one(&self, index: usize, nonce: &[u8; 16]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let measurement = &self.measurements[index % self.measurements.len()];
        let (public_share, input_shares) = self.vdaf.shard(&self.context, measurement, nonce).unwrap();
        (
            public_share.get_encoded().unwrap(),
            input_shares.iter().map(|share| share.get_encoded().unwrap()).collect(),
        )
    }

    /// Both parties of one report: shares decoded from bytes, the leader's verifier share and the helper's answer through
    /// bytes too, as in the ping-pong topology. Returns both output shares.
    fn verify_one(&self, report: &Wire) -> [<Vdaf<T> as prio::vdaf::Vdaf>::OutputShare; 2] {
        let vdaf = &self.vdaf;
        let init = |id: usize| {
            let public_share = Prio3PublicShare::get_decoded_with_param(vdaf, &report.public_share).unwrap();
            let input_share =
                Prio3InputShare::get_decoded_with_param(&(vdaf, id), &report.input_shares[id]).unwrap();
            vdaf.verify_init(&self.key, &self.context, id, &(), &report.nonce, &public_share, &input_share).unwrap()
        };
        let (leader_state, leader_share) = init(0);
        let opening = leader_share.get_encoded().unwrap();
        let (helper_state, helper_share) = init(1);
        let leader_share = Prio3VerifierShare::get_decoded_with_param(&helper_state, &opening).unwrap();
        let message =
            vdaf.verifier_shares_to_message(&self.context, &(), [leader_share, helper_share]).unwrap();
        let finish = message.get_encoded().unwrap();
        let helper = finished(vdaf.verify_next(&self.context, helper_state, message).unwrap());
        let message = Prio3VerifierMessage::get_decoded_with_param(&leader_state, &finish).unwrap();
        let leader = finished(vdaf.verify_next(&self.context, leader_state, message).unwrap());
        [leader, helper]
    }
}

fn finished<T: Type>(
    transition: VerifyTransition<Vdaf<T>, 32, 16>,
) -> <Vdaf<T> as prio::vdaf::Vdaf>::OutputShare {
    match transition {
        VerifyTransition::Finish(share) => share,
        VerifyTransition::Continue(..) => panic!("Prio3 has one round"),
    }
}

impl<T: Type> Job for Prio3Job<T>
where
    T::Measurement: DeserializeOwned,
    T::AggregateResult: Serialize,
{
    fn load(&mut self, context: Vec<u8>, key: [u8; 32], measurements: Vec<Value>, reports: Vec<Wire>) -> Value {
        self.context = context;
        self.key = key;
        self.measurements = measurements.into_iter().map(|value| serde_json::from_value(value).unwrap()).collect();
        self.reports = reports;
        let shares: Vec<_> = self.reports.iter().map(|report| self.verify_one(report)).collect();
        let aggregates = [0, 1].map(|id| {
            self.vdaf.aggregate(&(), shares.iter().map(|pair| pair[id].clone())).unwrap()
        });
        let result = self.vdaf.unshard(&(), aggregates, self.reports.len()).unwrap();
        serde_json::to_value(result).unwrap()
    }

    fn sample(&self) -> Vec<Report> {
        (0..self.measurements.len())
            .map(|index| {
                let nonce = [index as u8; 16];
                let (public_share, input_shares) = self.shard_one(index, &nonce);
                Report {
                    nonce: hex::encode(nonce),
                    public_share: hex::encode(public_share),
                    input_shares: input_shares.iter().map(hex::encode).collect(),
                }
            })
            .collect()
    }

    fn shard(&self, iterations: usize) -> f64 {
        let started = Instant::now();
        for index in 0..iterations {
            black_box(self.shard_one(index, &[index as u8; 16]));
        }
        started.elapsed().as_secs_f64()
    }

    fn verify(&self, iterations: usize) -> f64 {
        let started = Instant::now();
        for index in 0..iterations {
            black_box(self.verify_one(&self.reports[index % self.reports.len()]));
        }
        started.elapsed().as_secs_f64()
    }
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn answer(jobs: &mut HashMap<&str, Box<dyn Job>>, question: Question) -> Value {
    match question {
        Question::Hello => json!({ "name": "prio 0.18.1", "wire": 18 }),
        Question::Load { job, context, verify_key, measurements, reports } => {
            let reports = reports
                .iter()
                .map(|report| Wire {
                    nonce: array(&report.nonce),
                    public_share: hex::decode(&report.public_share).unwrap(),
                    input_shares: report.input_shares.iter().map(|share| hex::decode(share).unwrap()).collect(),
                })
                .collect();
            let job = jobs.get_mut(job.as_str()).unwrap();
            let context = hex::decode(context).unwrap();
            json!({ "result": job.load(context, array(&verify_key), measurements, reports) })
        }
        Question::Sample { job } => json!({ "reports": jobs[job.as_str()].sample() }),
        Question::Shard { job, iterations } => json!({ "seconds": jobs[job.as_str()].shard(iterations) }),
        Question::Verify { job, iterations } => json!({ "seconds": jobs[job.as_str()].verify(iterations) }),
    }
}

fn main() {
    let mut jobs: HashMap<&str, Box<dyn Job>> = HashMap::from([
        ("count", Prio3Job::boxed(Prio3::new_count(2).unwrap())),
        ("sum", Prio3Job::boxed(Prio3::new_sum(2, 255).unwrap())),
        ("histogram", Prio3Job::boxed(Prio3::new_histogram(2, 100, 10).unwrap())),
        ("sumvec", Prio3Job::boxed(Prio3::new_sum_vec(2, 1, 1000, 33).unwrap())),
    ]);
    for line in stdin().lock().lines() {
        let question = serde_json::from_str(&line.unwrap()).unwrap();
        println!("{}", answer(&mut jobs, question));
        stdout().flush().unwrap();
    }
}

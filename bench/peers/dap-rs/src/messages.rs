// DAP's messages, laid out from the structures of the draft: big-endian integers, byte strings behind their length.
use serde::Deserialize;

#[derive(Default)]
pub struct Out(pub Vec<u8>);

impl Out {
    pub fn uint(&mut self, value: u64, width: usize) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes()[8 - width..]);
        self
    }
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
    /// Behind a length of `width` bytes.
    pub fn opaque(&mut self, bytes: &[u8], width: usize) -> &mut Self {
        self.uint(bytes.len() as u64, width).raw(bytes)
    }
}

pub struct In<'a>(pub &'a [u8]);

impl<'a> In<'a> {
    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], String> {
        if length > self.0.len() {
            return Err(format!("{length} bytes wanted, {} left", self.0.len()));
        }
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(taken)
    }
    pub fn uint(&mut self, width: usize) -> Result<u64, String> {
        Ok(self.raw(width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
    pub fn opaque(&mut self, width: usize) -> Result<&'a [u8], String> {
        let length = self.uint(width)? as usize;
        self.raw(length)
    }
    pub fn end(&self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(format!("{} bytes too many", self.0.len())) }
    }
}

/// A task as it is agreed on; byte strings in hex.
#[derive(Deserialize)]
pub struct Task {
    pub id: String,
    /// The tag of the draft that the task is of.
    pub tag: String,
    pub task_info: String,
    pub leader: String,
    pub helper: String,
    pub time_precision: u64,
    pub min_batch_size: u64,
    /// 1: time intervals, 2: of the leader's choice
    pub batch_mode: u8,
    pub vdaf: Vdaf,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
pub enum Vdaf {
    Count,
    Sum { max: u64 },
    SumVec { length: u32, max: u64, chunk: u32 },
    Histogram { length: u32, chunk: u32 },
    Multihot { length: u32, chunk: u32, max_weight: u64 },
    L1BoundSum { length: u32, max: u32, chunk: u32 },
    Multiproof { length: u32, max: u64, chunk: u32, proofs: u8 },
}

impl Vdaf {
    fn configuration(&self) -> (u32, Vec<u8>) {
        let mut out = Out::default();
        let kind = match *self {
            Vdaf::Count => 1,
            Vdaf::Sum { max } => {
                out.uint(max, 8);
                2
            }
            Vdaf::SumVec { length, max, chunk } => {
                out.uint(length.into(), 4).uint(max, 8).uint(chunk.into(), 4);
                3
            }
            Vdaf::Histogram { length, chunk } => {
                out.uint(length.into(), 4).uint(chunk.into(), 4);
                4
            }
            Vdaf::Multihot { length, chunk, max_weight } => {
                out.uint(length.into(), 4).uint(chunk.into(), 4).uint(max_weight, 8);
                5
            }
            Vdaf::L1BoundSum { length, max, chunk } => {
                out.uint(length.into(), 4).uint(max.into(), 4).uint(chunk.into(), 4);
                7
            }
            Vdaf::Multiproof { length, max, chunk, proofs } => {
                out.uint(length.into(), 4).uint(max, 8).uint(chunk.into(), 4).uint(proofs.into(), 1);
                0xffff_ffff
            }
        };
        (kind, out.0)
    }
}

impl Task {
    pub fn id(&self) -> Vec<u8> {
        hex::decode(&self.id).expect("hex")
    }
    /// TaskConfiguration, without extensions.
    pub fn configuration(&self) -> Vec<u8> {
        let (kind, parameters) = self.vdaf.configuration();
        let mut out = Out::default();
        out.opaque(&hex::decode(&self.task_info).expect("hex"), 1)
            .opaque(self.leader.as_bytes(), 2)
            .opaque(self.helper.as_bytes(), 2)
            .uint(self.time_precision, 8)
            .uint(self.min_batch_size, 8)
            .uint(self.batch_mode.into(), 1)
            .opaque(&[], 2)
            .uint(kind.into(), 4)
            .opaque(&parameters, 2)
            .opaque(&[], 2);
        out.0
    }
    /// The VDAF's application context.
    pub fn context(&self) -> Vec<u8> {
        [self.tag.as_bytes(), &self.id()].concat()
    }
    pub fn input_share_info(&self, role: u8) -> Vec<u8> {
        [self.tag.as_bytes(), b" input share", &[1, role]].concat()
    }
    pub fn aggregate_share_info(&self, role: u8) -> Vec<u8> {
        [self.tag.as_bytes(), b" aggregate share", &[role, 0]].concat()
    }
    /// InputShareAad; `metadata` is encoded.
    pub fn input_share_aad(&self, metadata: &[u8], public_share: &[u8]) -> Vec<u8> {
        let mut out = Out::default();
        out.raw(&self.id()).raw(&self.configuration()).raw(metadata).opaque(public_share, 4);
        out.0
    }
    /// AggregateShareAad; `job` is an encoded CollectionJobReq.
    pub fn aggregate_share_aad(&self, job: &[u8]) -> Vec<u8> {
        [&self.id()[..], &self.configuration(), job].concat()
    }
}

pub struct Ciphertext<'a> {
    pub config_id: u8,
    pub enc: &'a [u8],
    pub payload: &'a [u8],
}

impl<'a> Ciphertext<'a> {
    pub fn read(from: &mut In<'a>) -> Result<Self, String> {
        Ok(Self { config_id: from.uint(1)? as u8, enc: from.opaque(2)?, payload: from.opaque(4)? })
    }
}

/// ReportMetadata without extensions.
pub fn metadata(report_id: &[u8; 16], time: u64) -> Vec<u8> {
    let mut out = Out::default();
    out.raw(report_id).uint(time, 8).opaque(&[], 2);
    out.0
}

/// CollectionJobReq: of an interval, or of whichever batch the leader closes next.
pub fn collection_job(interval: Option<(u64, u64)>) -> Vec<u8> {
    let mut config = Out::default();
    if let Some((start, duration)) = interval {
        config.uint(start, 8).uint(duration, 8);
    }
    let mut out = Out::default();
    out.uint(if interval.is_some() { 1 } else { 2 }, 1).opaque(&config.0, 2).opaque(&[], 4).opaque(&[], 2);
    out.0
}

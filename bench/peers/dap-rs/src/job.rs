// Prio3 of the crate `prio`, behind one face for all its types.
use crate::messages::Vdaf as Parameters;
use prio::codec::{Encode, ParameterizedDecode};
use prio::field::Field64;
use prio::flp::gadgets::{Mul, ParallelSum};
use prio::flp::types::SumVec;
use prio::flp::Type;
use prio::vdaf::prio3::{Prio3, Prio3InputShare, Prio3L1BoundSum, Prio3PublicShare};
use prio::vdaf::xof::XofTurboShake128;
use prio::vdaf::{AggregateShare, Aggregator, Client, Collector, OutputShare, VerifyTransition};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::Value;

type Prio3Of<T> = Prio3<T, XofTurboShake128, 32>;

pub trait Job {
    /// The public share and both input shares, as bytes.
    fn shard(&self, context: &[u8], measurement: &Value, id: &[u8; 16]) -> Result<(Vec<u8>, [Vec<u8>; 2]), String>;
    /// What reports add up to, each verified by both aggregators.
    fn add_up(&self, key: &[u8; 32], context: &[u8], reports: &[Opened]) -> Result<Value, String>;
    fn unshard(&self, shares: [&[u8]; 2], count: usize) -> Result<Value, String>;
}

/// A report whose input shares were opened.
pub struct Opened {
    pub id: [u8; 16],
    pub public_share: Vec<u8>,
    pub input_shares: [Vec<u8>; 2],
}

pub fn job_of(parameters: &Parameters) -> Result<Box<dyn Job>, String> {
    let said = |error: prio::vdaf::VdafError| error.to_string();
    Ok(match *parameters {
        Parameters::Count => Box::new(Prio3::new_count(2).map_err(said)?),
        Parameters::Sum { max } => Box::new(Prio3::new_sum(2, max).map_err(said)?),
        Parameters::SumVec { length, max, chunk } => {
            Box::new(Prio3::new_sum_vec(2, max.into(), length as usize, chunk as usize).map_err(said)?)
        }
        Parameters::Histogram { length, chunk } => {
            Box::new(Prio3::new_histogram(2, length as usize, chunk as usize).map_err(said)?)
        }
        Parameters::Multihot { length, chunk, max_weight } => {
            Box::new(Prio3::new_multihot_count_vec(2, length as usize, max_weight as usize, chunk as usize).map_err(said)?)
        }
        Parameters::L1BoundSum { length, max, chunk } => {
            Box::new(Prio3L1BoundSum::new_l1_bound_sum(2, max.into(), length as usize, chunk as usize).map_err(said)?)
        }
        Parameters::Multiproof { length, max, chunk, proofs } => {
            let circuit = SumVec::<Field64, ParallelSum<Field64, Mul>>::new(max, length as usize, chunk as usize)
                .map_err(|error| error.to_string())?;
            Box::new(Prio3Of::new(2, proofs, 0xffff_ffff, circuit).map_err(said)?)
        }
    })
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl<T: Type> Job for Prio3Of<T>
where
    T::Measurement: DeserializeOwned,
    T::AggregateResult: Serialize,
{
    fn shard(&self, context: &[u8], measurement: &Value, id: &[u8; 16]) -> Result<(Vec<u8>, [Vec<u8>; 2]), String> {
        let measurement: T::Measurement = serde_json::from_value(measurement.clone()).map_err(text)?;
        let (public_share, shares) = Client::shard(self, context, &measurement, id).map_err(text)?;
        let [leader, helper] = [0, 1].map(|i: usize| shares[i].get_encoded().map_err(text));
        Ok((public_share.get_encoded().map_err(text)?, [leader?, helper?]))
    }

    fn add_up(&self, key: &[u8; 32], context: &[u8], reports: &[Opened]) -> Result<Value, String> {
        let mut outputs: [Vec<OutputShare<T::Field>>; 2] = [vec![], vec![]];
        for report in reports {
            let public_share = Prio3PublicShare::get_decoded_with_param(self, &report.public_share).map_err(text)?;
            let mut states = vec![];
            let mut shares = vec![];
            for role in 0..2 {
                let input = Prio3InputShare::get_decoded_with_param(&(self, role), &report.input_shares[role]).map_err(text)?;
                let (state, share) =
                    self.verify_init(key, context, role, &(), &report.id, &public_share, &input).map_err(text)?;
                states.push(state);
                shares.push(share);
            }
            let message = self.verifier_shares_to_message(context, &(), shares).map_err(text)?;
            for (role, state) in states.into_iter().enumerate() {
                match self.verify_next(context, state, message.clone()).map_err(text)? {
                    VerifyTransition::Finish(share) => outputs[role].push(share),
                    VerifyTransition::Continue(..) => return Err("Prio3 has one round".into()),
                }
            }
        }
        let [leader, helper] = outputs.map(|some| self.aggregate(&(), some).map_err(text));
        let result = Collector::unshard(self, &(), [leader?, helper?], reports.len()).map_err(text)?;
        serde_json::to_value(result).map_err(text)
    }

    fn unshard(&self, shares: [&[u8]; 2], count: usize) -> Result<Value, String> {
        let [leader, helper] =
            shares.map(|bytes| AggregateShare::<T::Field>::get_decoded_with_param(&(self, &()), bytes).map_err(text));
        let result = Collector::unshard(self, &(), [leader?, helper?], count).map_err(text)?;
        serde_json::to_value(result).map_err(text)
    }
}

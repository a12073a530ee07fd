// Rounds that overlap: how the release of one that began on an earlier model moves the present one, and why that costs no privacy.
//
// FedBuff (Nguyen et al., AISTATS 2022, arXiv 2106.06639) weighs each update in a buffer by its staleness before it sums them. That
// weight would have to be known to the aggregators, and it would scale what one member may change. Here a buffer is the cohort of one
// round, whose members all began on one model, so that all of its updates are equally stale; and the weight is on the released sum.
//
// Theorem. Let rounds 1 … R be released in this order, round r with noise that makes it ρ_r-zCDP for each member (zero-out), whatever
// its manifest says. Then all releases and all models together are Σρ_r-zCDP, however the rounds overlapped.
// Proof. A round's manifest, its model with it, is fixed when it opens, from the releases until then; all of them come before it in the
// order of releases, and its noise is drawn for it alone. So round r is chosen from the outputs of rounds 1 … r − 1, which is
// adaptive composition as of rounds one after the other (Bun, Steinke 2016, lemma 2.3). That other rounds were open meanwhile, that a
// member answered several of them, and that others answered with what they saw of releases since, are within it: each round is charged
// in full, for everyone, and its bound holds for whatever the others contribute. A model is a function of releases, of their
// order, which is that of the coordinator's log, and of τ, which is a difference of two numbers in manifests and log: post-processing.
// No sensitivity depends on τ: what a member may change of a sum is what the round's own clip and scale say, as of any round.

/**
 * 1/√(1 + τ), as FedBuff's authors have it: exactly 1 of a round that began on the present model.
 * @param behind τ: server steps between the model that the round began with and the present one
 */
export const stalenessWeight = (behind: number): number => 1 / Math.sqrt(1 + behind);

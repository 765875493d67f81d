//! Words that look like words, with the frequencies that words have.

use std::collections::HashSet;

use fastrand::Rng;

/// Different words.
const SIZE: usize = 150_000;
/// Zipf's exponent: how steeply frequencies fall with the rank.
const STEEPNESS: f64 = 1.05;
/// Words that a topic has of its own.
const TOPIC_WORDS: u64 = 60;

/// The commonest words are English.
const COMMONEST: &[&str] = &[
    "the", "of", "and", "to", "a", "in", "is", "that", "for", "it", "as", "with", "on", "be",
    "this", "are", "by", "an", "from", "or", "not", "can", "which", "system", "time", "use",
    "will", "have", "one", "data", "new", "when", "how", "people", "work", "if", "all", "state",
    "may", "order", "value", "change", "first", "other", "more", "number", "way", "part", "long",
    "result", "name", "water", "report", "level", "group", "set", "line", "record", "service",
    "market", "field", "model", "user", "table", "light", "process", "question", "plan", "house",
    "key",
];
const BEGINNINGS: &[&str] = &[
    "b", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k",
    "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sh", "sk", "sl", "sp", "st", "str", "t", "th",
    "tr", "v", "w", "z", "", "",
];
const MIDDLES: &[&str] = &["a", "e", "i", "o", "u", "ea", "ou", "ai", "oo", "ie"];
const ENDS: &[&str] = &[
    "", "n", "r", "l", "s", "t", "m", "nd", "rt", "ck", "x", "lm", "rk", "nt", "st",
];
const ENDINGS: &[&str] = &[
    "", "", "s", "ed", "ing", "ation", "er", "ly", "ness", "able",
];

/// All words, the commonest first.
#[derive(Debug)]
pub struct Vocabulary {
    words: Vec<String>,
    /// The share of each word and those before it.
    shares: Vec<f64>,
}

impl Vocabulary {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut taken: HashSet<String> = COMMONEST.iter().map(|word| (*word).to_owned()).collect();
        let mut words: Vec<String> = COMMONEST.iter().map(|word| (*word).to_owned()).collect();
        while words.len() < SIZE {
            let word = made(&mut rng, words.len());
            if taken.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let mut shares: Vec<f64> = (1..=SIZE)
            .map(|rank| {
                #[expect(clippy::cast_precision_loss, reason = "150,000 at the most")]
                let rank = rank as f64;
                sum += rank.powf(-STEEPNESS);
                sum
            })
            .collect();
        for share in &mut shares {
            *share /= sum;
        }
        Self { words, shares }
    }

    /// The word of this rank; 0 is the commonest.
    #[must_use]
    pub fn word(&self, rank: usize) -> &str {
        &self.words[rank]
    }

    /// A word as often as words are said.
    pub(super) fn any(&self, rng: &mut Rng) -> &str {
        let at = rng.f64();
        let rank = self.shares.partition_point(|share| *share < at);
        &self.words[rank.min(SIZE - 1)]
    }

    /// A word of the topic; the first ones are said the most.
    pub(super) fn telling(&self, topic: u64, rng: &mut Rng) -> &str {
        self.of_topic(topic, rng.u64(..TOPIC_WORDS).min(rng.u64(..TOPIC_WORDS)))
    }

    pub(super) fn of_topic(&self, topic: u64, n: u64) -> &str {
        let mixed = (topic << 16 | n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let rank = 70 + usize::try_from(mixed).unwrap_or_default() % (SIZE / 4);
        &self.words[rank]
    }
}

/// A word: the rarer, the longer; some are numbers and names with digits.
fn made(rng: &mut Rng, rank: usize) -> String {
    if rank > 1_000 && rng.u8(..25) == 0 {
        return match rng.u8(..3) {
            0 => rng.u32(10..100_000).to_string(),
            1 => format!("v{}", rng.u16(1..5_000)),
            _ => format!("{:06x}", rng.u32(..0x00ff_ffff)),
        };
    }
    let syllables = match rank {
        0..2_000 => 1 + rng.usize(..2),
        2_000..20_000 => 2,
        _ => 2 + rng.usize(..2),
    };
    let mut word = String::new();
    for _ in 0..syllables {
        for parts in [BEGINNINGS, MIDDLES, ENDS] {
            word.push_str(parts[rng.usize(..parts.len())]);
        }
    }
    word.push_str(ENDINGS[rng.usize(..ENDINGS.len())]);
    word
}

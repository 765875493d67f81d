//! Texts of a collection's own words, in any number: each word as often as the collection says it,
//! each text as long as one of its. They are about nothing, so none of them is a good hit, but they
//! make the collection's words as common as a big store makes words.

use fastrand::Rng;

/// Makes texts out of others.
#[derive(Debug)]
pub struct Shuffled<'a> {
    seed: u64,
    words: Vec<&'a str>,
    lengths: Vec<usize>,
}

impl<'a> Shuffled<'a> {
    /// Texts like these, of this seed.
    #[must_use]
    pub fn new(seed: u64, texts: impl Iterator<Item = &'a str>) -> Self {
        let mut shuffled = Self {
            seed,
            words: Vec::new(),
            lengths: Vec::new(),
        };
        for text in texts {
            let before = shuffled.words.len();
            shuffled.words.extend(text.split_whitespace());
            shuffled.lengths.push(shuffled.words.len() - before);
        }
        shuffled
    }

    /// The n-th text; the same seed and number give the same one.
    #[must_use]
    pub fn text(&self, n: u64) -> String {
        let mut rng = Rng::with_seed(
            self.seed
                .wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        );
        let length = self.lengths[rng.usize(..self.lengths.len())];
        let words: Vec<&str> = (0..length)
            .map(|_| self.words[rng.usize(..self.words.len())])
            .collect();
        words.join(" ")
    }
}

//! A store's worth of made-up texts: any number of documents and messages that read like real
//! ones to an index. Word frequencies fall as Zipf's law has it, texts have topics whose words
//! come in bursts, lengths vary as real ones do. The same seed and number give the same text, on
//! either database, whatever was made before.

mod load;
mod shuffled;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::{Value, json};
use uuid::Uuid;

pub use load::load;
pub use shuffled::Shuffled;
pub use words::Vocabulary;

/// Turns of one thread, on average.
const TURNS: u64 = 8;
/// Users who ask.
const USERS: u64 = 5_000;
/// Topics that texts are about.
const TOPICS: u64 = 800;
/// Tags, the first ones the commonest.
const TAGS: [&str; 16] = [
    "guide",
    "reference",
    "draft",
    "howto",
    "release",
    "meeting",
    "design",
    "incident",
    "faq",
    "research",
    "policy",
    "tutorial",
    "archive",
    "security",
    "hiring",
    "legal",
];
/// One text in so many is a long one.
const LONG_ONE_IN: u64 = 40_000;

/// Makes texts.
#[derive(Debug)]
pub struct Corpus {
    seed: u64,
    vocabulary: Vocabulary,
}

/// A document to be stored.
#[derive(Debug)]
pub struct MadeDocument {
    /// Its id, in the order of time.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its text, in markdown.
    pub content: String,
    /// Tags, a language and a number.
    pub metadata: Value,
    /// When it was made; later ones have higher numbers.
    pub created_at: DateTime<Utc>,
}

/// A message to be stored.
#[derive(Debug)]
pub struct MadeMessage {
    /// Its id, in the order of time.
    pub id: Uuid,
    /// Its conversation.
    pub thread_id: String,
    /// Who asked.
    pub user_id: String,
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
    /// When; later ones have higher numbers.
    pub created_at: DateTime<Utc>,
}

impl Corpus {
    /// Texts of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            vocabulary: Vocabulary::new(seed),
        }
    }

    /// The words that they are made of.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The n-th document.
    #[must_use]
    pub fn document(&self, n: u64) -> MadeDocument {
        let mut rng = self.rng(0, n);
        let topic = rng.u64(..TOPICS);
        let title: Vec<String> = (0..rng.usize(2..=6))
            .map(|_| capitalised(self.vocabulary.telling(topic, &mut rng)))
            .collect();
        let name = title.join(" ");
        let folder = self.vocabulary.of_topic(topic, 0);
        let code = format!(
            "{folder}/{}-{n}",
            title[..2.min(title.len())].join("-").to_lowercase()
        );
        let created_at = time(n, &mut rng);
        let words = if n % LONG_ONE_IN == LONG_ONE_IN - 1 {
            30_000
        } else {
            length(&mut rng)
        };
        let mut content = format!("# {name}\n\n");
        self.prose(&mut content, topic, words, &mut rng);
        let tag = |rng: &mut Rng| TAGS[rng.usize(..TAGS.len()).min(rng.usize(..TAGS.len()))];
        let metadata = json!({
            "tags": [tag(&mut rng), tag(&mut rng)],
            "lang": if rng.u8(..10) == 0 { "de" } else { "en" },
            "priority": rng.u8(..5),
        });
        MadeDocument {
            id: id(created_at, &mut rng),
            code,
            name,
            content,
            metadata,
            created_at,
        }
    }

    /// The n-th message.
    #[must_use]
    pub fn message(&self, n: u64) -> MadeMessage {
        let mut rng = self.rng(1, n);
        let thread = n / TURNS;
        let mut of_thread = self.rng(2, thread);
        let (topic, user) = (of_thread.u64(..TOPICS), of_thread.u64(..USERS));
        let created_at = time(n, &mut rng);
        let (mut question, mut answer) = (String::new(), String::new());
        let asked = rng.usize(4..20);
        self.prose(&mut question, topic, asked, &mut rng);
        let answered = length(&mut rng) / 2 + 3;
        self.prose(&mut answer, topic, answered, &mut rng);
        MadeMessage {
            id: id(created_at, &mut rng),
            thread_id: format!("thread-{thread}"),
            user_id: format!("user-{user}"),
            question,
            answer,
            created_at,
        }
    }

    /// Sentences, paragraphs and, now and then, a heading.
    fn prose(&self, text: &mut String, topic: u64, words: usize, rng: &mut Rng) {
        let mut sentence = 0;
        for n in 0..words {
            let word = if rng.u8(..100) < 25 {
                self.vocabulary.telling(topic, rng)
            } else {
                self.vocabulary.any(rng)
            };
            if sentence == 0 {
                text.push_str(&capitalised(word));
                sentence = rng.usize(5..22);
            } else {
                text.push_str(word);
            }
            sentence -= 1;
            match (sentence, rng.u8(..100)) {
                (0, 0..20) => text.push_str(".\n\n"),
                (0, 20..24) if n + 20 < words => {
                    text.push_str(".\n\n## ");
                    text.push_str(&capitalised(self.vocabulary.telling(topic, rng)));
                    text.push_str("\n\n");
                }
                (0, _) => text.push_str(". "),
                (_, 0..4) => text.push_str(", "),
                (_, 4) => text.push('-'),
                _ => text.push(' '),
            }
        }
    }

    fn rng(&self, kind: u64, n: u64) -> Rng {
        let mixed = (self.seed ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add(n)
            .wrapping_mul(0xd134_2543_de82_ef95);
        Rng::with_seed(mixed ^ (mixed >> 29))
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Words of a text: most have some dozens, few have thousands.
fn length(rng: &mut Rng) -> usize {
    // The sum of twelve even chances is as good as normal.
    let normal = (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 8 and 3,000"
    )]
    let words = (80.0 * (0.7 * normal).exp()).clamp(8.0, 3_000.0) as usize;
    words
}

fn time(n: u64, rng: &mut Rng) -> DateTime<Utc> {
    let start = DateTime::from_timestamp(1_500_000_000, 0).expect("a time");
    let minutes = TimeDelta::minutes(i64::try_from(n * 3).expect("a few million"));
    start + minutes + TimeDelta::milliseconds(rng.i64(0..180_000))
}

/// As the library makes them: the time first.
fn id(time: DateTime<Utc>, rng: &mut Rng) -> Uuid {
    let millis = u64::try_from(time.timestamp_millis()).expect("after 1970");
    let mut random = [0; 10];
    rng.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

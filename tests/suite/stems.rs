//! The stemmers of the library and those of PostgreSQL agree.

use pagefind_stem::{Algorithm, Stemmer};
use support::{Kind, Store};

/// Consonants, vowels and endings of each language that Snowball has a stemmer for.
const SOUNDS: [(&str, Algorithm, &str, &str, &str); 27] = [
    (
        "arabic",
        Algorithm::Arabic,
        "بتجحدرسعفقكلمنه",
        "اوي",
        "ات ون ين ها هم كم ة وا تم",
    ),
    (
        "armenian",
        Algorithm::Armenian,
        "բգդզթժլխկհղմնպսվտրք",
        "աեէըիու",
        "ներ ների ում ական ություն ել եց ով եր",
    ),
    (
        "basque",
        Algorithm::Basque,
        "bdfghjklmnprstxz",
        "aeiou",
        "ak aren tik tasun arekin rik etako ena tzen",
    ),
    (
        "catalan",
        Algorithm::Catalan,
        "bcdfglmnprstvç",
        "aeioué",
        "s ment ció cions ava ades itat es ques",
    ),
    (
        "danish",
        Algorithm::Danish,
        "bdfghjklmnprstv",
        "aeiouæøå",
        "e en erne ernes et hed lig elig sst",
    ),
    (
        "dutch",
        Algorithm::Dutch_porter,
        "bcdfghjklmnprstvwz",
        "aeiou",
        "en heden lijk baar end ing je es isch",
    ),
    (
        "finnish",
        Algorithm::Finnish,
        "hjklmnprstv",
        "aeiouyäö",
        "ssa ssä sta lla ien jen nsa kin kaan minen impi",
    ),
    (
        "french",
        Algorithm::French,
        "bcdfglmnprstv",
        "aeiouéè",
        "s ment ation ations euse aient é ée issant ique ité",
    ),
    (
        "german",
        Algorithm::German,
        "bdfghklmnprstwzß",
        "aeiouäöü",
        "en ern er e heit ung keit lich isch es st",
    ),
    (
        "greek",
        Algorithm::Greek,
        "βγδζθκλμνπρστφχ",
        "αεηιουω",
        "ος ους α ες ων ικος αμε ησω ότητα",
    ),
    (
        "hindi",
        Algorithm::Hindi,
        "कगचजटडतदनपबमरलवसह",
        "ािीुेो",
        "ों ें ियाँ ता ते ना कर ाएगा",
    ),
    (
        "hungarian",
        Algorithm::Hungarian,
        "bcdfghjklmnprstvz",
        "aeiouáéíóöőúüű",
        "ak ek ban ben nak hoz ról ával aink ok t",
    ),
    (
        "indonesian",
        Algorithm::Indonesian,
        "bcdghjklmnprst",
        "aeiou",
        "nya kan an i lah ku",
    ),
    (
        "irish",
        Algorithm::Irish,
        "bcdfghlmnprst",
        "aeiouáéíóú",
        "acht aí ithe eanna ach each amh",
    ),
    (
        "italian",
        Algorithm::Italian,
        "bcdfglmnprstvz",
        "aeiouàè",
        "zione mente are ando ità ivo ici essero",
    ),
    (
        "lithuanian",
        Algorithm::Lithuanian,
        "bdghjklmnprstvzčšž",
        "aeiouyąęėįųū",
        "as ams ose ybė imas uose iais",
    ),
    (
        "nepali",
        Algorithm::Nepali,
        "कगचजटडतदनपबमरलवसह",
        "ािीुेो",
        "हरु लाई को बाट ले छन्",
    ),
    (
        "norwegian",
        Algorithm::Norwegian,
        "bdfghjklmnprstv",
        "aeiouyæøå",
        "en ene et het lig hetens ert s",
    ),
    (
        "portuguese",
        Algorithm::Portuguese,
        "bcdfglmnprstvç",
        "aeiouãéó",
        "s ção ções mente ável idade ava iam eiro",
    ),
    (
        "romanian",
        Algorithm::Romanian,
        "bcdfglmnprstv",
        "aeiouăâî",
        "ul ilor iei are ești uri itate ație",
    ),
    (
        "russian",
        Algorithm::Russian,
        "бвгдзклмнпрст",
        "аеиоуыэюя",
        "ами ого ешь ость ейший ться ия ов",
    ),
    (
        "serbian",
        Algorithm::Serbian,
        "bcdfgklmnprstvzčšž",
        "aeiou",
        "ama ovima ost ski nja ima om",
    ),
    (
        "spanish",
        Algorithm::Spanish,
        "bcdfglmnprstvñ",
        "aeiouáé",
        "s ción ciones mente ando ible aría idad os",
    ),
    (
        "swedish",
        Algorithm::Swedish,
        "bdfghjklmnprstv",
        "aeiouyåäö",
        "arna het heter en ande lig ast et",
    ),
    (
        "tamil",
        Algorithm::Tamil,
        "கசடதபரலவமன",
        "ாிுேொ",
        "கள் இல் ஆல் உடன்",
    ),
    (
        "turkish",
        Algorithm::Turkish,
        "bcçdgğhklmnprsştvyz",
        "aeıioöuü",
        "ler lar imiz ımız da den lı ın nın",
    ),
    (
        "yiddish",
        Algorithm::Yiddish,
        "אבגדהזלמנסרשת",
        "ויע",
        "ן ער ען לעך קייט ונג",
    ),
];
/// Languages whose stemmers have changed from the Snowball of PostgreSQL 14 to 17 (2.2) to the one
/// that the library has (3.0).
const CHANGED: &[&str] = &[
    "french",
    "german",
    "greek",
    "nepali",
    "norwegian",
    "romanian",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
];

/// PostgreSQL's stemmers and the library's give the same stems, but for those that have changed.
#[tokio::test(flavor = "multi_thread")]
async fn stems_are_those_of_postgresql() {
    let store = Store::fresh(Kind::Postgres).await;
    let version: i64 = store
        .value("SELECT current_setting('server_version_num')::bigint")
        .await;
    let mut wrong = Vec::new();
    let mut random = fastrand::Rng::with_seed(7);
    for (language, algorithm, consonants, vowels, endings) in SOUNDS {
        let consonants: Vec<char> = consonants.chars().collect();
        let vowels: Vec<char> = vowels.chars().collect();
        let endings: Vec<&str> = endings.split(' ').chain([""]).collect();
        let words: Vec<String> = (0..400)
            .map(|n| {
                let syllables = (0..random.usize(1..4)).flat_map(|_| {
                    [
                        random.choice(&consonants),
                        random.choice(&vowels),
                        random.choice(&consonants),
                    ]
                });
                let root: String = syllables.flatten().collect();
                root + endings[n % endings.len()]
            })
            .collect();
        let stems: String = store
            .value(&format!(
                "SELECT string_agg((ts_lexize('folio_{language}', word))[1], ' ' ORDER BY n) FROM unnest('{{{}}}'::text[]) WITH ORDINALITY AS w (word, n)",
                words.join(",")
            ))
            .await;
        let stemmer = Stemmer::create(algorithm);
        let same = words
            .iter()
            .zip(stems.split(' '))
            .filter(|(word, stem)| stemmer.stem(word) == *stem)
            .count();
        let has_another = CHANGED.contains(&language) || language == "dutch" && version >= 180_000;
        let least = if has_another { 300 } else { 400 };
        if same < least {
            wrong.push(format!("{language}: {same} of 400 stems are the same"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

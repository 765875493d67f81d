use super::*;

const STORE: &str = "sqlite://a.db";

fn thread(id: &str) -> ThreadId {
    ThreadId::new(id).unwrap()
}

fn draft(of: Subject, text: &str) -> Draft {
    Draft {
        of,
        version: Some(3),
        base: vec![String::new()],
        texts: vec![text.to_owned()],
        left_by: None,
        written: None,
    }
}

fn document(code: &str) -> Subject {
    Subject::Document(code.to_owned())
}

/// A run of the program on this folder.
fn run(folder: &Path) -> Drafts {
    Drafts::new(Some(folder.join("drafts")))
}

fn keep(drafts: &mut Drafts, of: &Subject, text: &str) {
    drafts.keep(STORE, draft(of.clone(), text)).unwrap();
}

fn texts(drafts: &Drafts) -> Vec<String> {
    let all = drafts.all(STORE).into_iter();
    all.flat_map(|draft| draft.texts).collect()
}

#[test]
fn a_draft_is_there_until_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::new(run(folder.path()));
    let turn = Subject::Turn(
        thread("t"),
        "0199a000-0000-7000-8000-000000000007".parse().unwrap(),
    );
    let new = Subject::NewTurn(thread("t"));
    for (of, text) in [
        (document("b/c"), "one"),
        (document("a"), "\u{1b}two\n"),
        (document("b/c"), "other"),
        (Subject::NewDocument("b/c".to_owned()), "made"),
        (turn.clone(), "a turn"),
        (new.clone(), "a new one"),
    ] {
        drop(writer.keep(STORE.to_owned(), draft(of, text)));
    }
    writer.finish();
    let mut drafts = run(folder.path());
    assert_eq!(drafts.all(STORE).len(), 5);
    assert_eq!(drafts.all("sqlite://b.db"), []);
    for (of, text) in [
        (document("b/c"), "other"),
        (turn, "a turn"),
        (new, "a new one"),
    ] {
        let found = drafts.find(STORE, &of).draft.unwrap();
        assert_eq!(found.texts, [text]);
        let drop = Order::Drop(of.clone(), found.left_by);
        drafts.carry_out(STORE, drop);
        assert_eq!(drafts.find(STORE, &of), Found::default());
    }
    assert_eq!(drafts.all(STORE).len(), 2);
}

#[test]
fn two_runs_of_the_program_write_the_same_and_neither_loses_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (run(folder.path()), run(folder.path()));
    let alpha = document("alpha");
    keep(&mut one, &alpha, "of one");
    // What is being written is not offered to others, who are told of it.
    assert_eq!(texts(&one), ["of one"]);
    assert!(texts(&other).is_empty());
    let found = other.find(STORE, &alpha);
    assert_eq!((found.draft, found.is_elsewhere), (None, true));
    keep(&mut other, &alpha, "of the other");
    assert_eq!(texts(&one), ["of one"]);
    assert_eq!(texts(&other), ["of the other"]);
    other.carry_out(STORE, Order::Drop(alpha.clone(), None));
    assert_eq!(texts(&one), ["of one"]);
    // Once it is left, it is anybody's, and has one place again.
    one.carry_out(STORE, Order::Leave(alpha.clone()));
    let found = other.find(STORE, &alpha);
    assert!(!found.is_elsewhere);
    let mut taken = found.draft.unwrap();
    assert_eq!(taken.texts, ["of one"]);
    taken.texts = vec!["of one, gone on with".to_owned()];
    other.keep(STORE, taken).unwrap();
    other.leave_all();
    assert_eq!(texts(&run(folder.path())), ["of one, gone on with"]);
}

#[test]
fn what_a_run_left_that_broke_off_is_offered_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = run(folder.path());
    keep(&mut broken, &document("alpha"), "typed");
    drop(broken);
    assert_eq!(texts(&run(folder.path())), ["typed"]);
}

#[test]
fn a_draft_from_before_there_were_runs_is_found_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let mut drafts = run(folder.path());
    let alpha = document("alpha");
    keep(&mut drafts, &alpha, "old");
    drafts.leave_all();
    let files = fs::read_dir(folder.path().join("drafts")).unwrap();
    let path = files.map(|file| file.unwrap().path()).next().unwrap();
    let old = format!("{}.json", alpha.file(STORE));
    fs::rename(&path, path.with_file_name(old)).unwrap();
    let found = drafts.find(STORE, &alpha).draft.unwrap();
    assert_eq!(found.texts, ["old"]);
    let drop = Order::Drop(alpha, found.left_by);
    drafts.carry_out(STORE, drop);
    assert!(texts(&drafts).is_empty());
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it_and_no_part_of_it_is_left() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mut drafts = run(folder.path());
    keep(&mut drafts, &document("a"), "text");
    drafts.leave_all();
    let files: Vec<_> = fs::read_dir(folder.path().join("drafts"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    assert_eq!(
        fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_draft_that_cannot_be_written_says_why_and_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut drafts = run(folder.path());
    fs::write(folder.path().join("drafts"), "no folder").unwrap();
    let why = drafts
        .keep(STORE, draft(document("a"), "text"))
        .unwrap_err();
    assert!(why.contains("drafts: "), "{why}");
    fs::remove_file(folder.path().join("drafts")).unwrap();
    keep(&mut drafts, &document("a"), "text");
    // Where its file can't be put in its place, half of it is not left beside.
    let dir = folder.path().join("drafts");
    let file = |end: &str| {
        let files = fs::read_dir(&dir).unwrap().map(|file| file.unwrap());
        let mut paths = files.map(|file| file.path());
        paths.find(|path| path.extension().is_some_and(|is| is == end))
    };
    let path = file("json").unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("in"), "").unwrap();
    drafts
        .keep(STORE, draft(document("a"), "more"))
        .unwrap_err();
    assert_eq!(file("tmp"), None);
    let nowhere = Drafts::new(None).keep(STORE, draft(document("a"), "text"));
    assert!(nowhere.unwrap_err().contains("XDG_STATE_HOME"));
}

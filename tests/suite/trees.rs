//! Trees as they are met: ignored, hidden, special, badly named and look-alike files.
#![cfg(unix)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use service::ingest::{FileStatus, Hidden, IgnoreFiles, IngestOptions, IngestReport};
use support::files::{folder, write};
use support::ingestion::ingest;
use support::{Kind, Store, on_both};

fn taken(report: &IngestReport) -> Vec<String> {
    let files = report.files.iter();
    files
        .filter(|file| file.status != FileStatus::Failed)
        .map(|file| file.code)
        .collect()
}

on_both! {
    async fn files_that_are_not_wanted_are_counted(store: Store) {
        let files = folder(&[("a.rst", b"a"), ("sub/b.rst", b"b"), ("c.html", b"c"), ("Makefile", b"m"), ("d.md", b"d"), ("sub/e.md", b"e")]);
        let told = |report: &IngestReport| report.passed_over.iter().map(|(extension, files)| format!("{extension} {files}")).collect::<Vec<_>>();
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!((report.total, told(&report)), (2, vec![" 1".to_owned(), "html 1".into(), "rst 2".into()]));
        let report = ingest(&store, files.path(), &IngestOptions::default().include(vec!["sub/**".to_owned()])).await;
        assert_eq!((report.total, told(&report).contains(&"md 1".to_owned())), (1, true), "{report:?}");
    }

    async fn ignore_files_are_honoured_without_a_repository(store: Store) {
        let files = folder(&[
            (".gitignore", b"build/\n*.tmp.md\n!keep.tmp.md\n"), (".folioignore", b"/private\n"), ("sub/.gitignore", b"local.md\n"),
            ("a.md", b"a"), ("build/b.md", b"b"), ("x.tmp.md", b"x"), ("keep.tmp.md", b"k"), ("private/p.md", b"p"), ("sub/local.md", b"l"), ("sub/private/q.md", b"q"),
        ]);
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!(taken(&report), ["a", "keep.tmp", "sub/private/q"]);
        let all = IngestOptions::default().ignore_files(IgnoreFiles::Disregard);
        assert_eq!(taken(&ingest(&store, files.path(), &all).await).len(), 7);
    }

    async fn globs_and_extensions_choose(store: Store) {
        let files = folder(&[("a.md", b"a"), ("a.rst", b"a"), ("guide/b.md", b"b"), ("guide/old/c.md", b"c"), ("d.en.md", b"d"), (".h/e.md", b"e"), ("f.html", b"<p>f"), ("g.MD", b"g")]);
        let of = |options: IngestOptions| { let (store, path) = (&store, files.path()); async move { taken(&ingest(store, path, &options).await) } };
        assert_eq!(of(IngestOptions::default().include(["guide/", "*.en.md"])).await, ["d.en", "guide/b", "guide/old/c"]);
        assert_eq!(of(IngestOptions::default().exclude(["old", "/a.md"])).await, ["d.en", "guide/b"]);
        assert_eq!(of(IngestOptions::default().include(["guide/"]).exclude(["old/"])).await, ["guide/b"]);
        assert_eq!(of(IngestOptions::default().extensions([".rst", "html"])).await, ["a", "f"]);
        assert_eq!(of(IngestOptions::default().hidden(Hidden::Take)).await[0], ".h/e");
        let bad = IngestOptions::default().include(["a{b".to_owned()]);
        let error = store.folio.ingest().directory(files.path(), &bad).await.unwrap_err();
        assert!(error.to_string().contains("a{b"), "{error}");
    }

    async fn special_files_are_refused_and_never_waited_for(store: Store) {
        let files = folder(&[("a.md", b"a")]);
        let made = std::process::Command::new("mkfifo").arg(files.path().join("pipe.md")).status().unwrap();
        assert!(made.success());
        let _listening = std::os::unix::net::UnixListener::bind(files.path().join("socket.md")).unwrap();
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!((report.added, report.failed_count), (1, 2));
        assert!(report.files.iter().filter(|file| file.status == FileStatus::Failed).all(|file| file.error.unwrap().contains("regular file")));
        let pipe = [files.path().join("pipe.md"), "/dev/zero".into()];
        let report = store.folio.ingest().paths(&pipe, &IngestOptions::default(), |_| ()).await.unwrap();
        assert_eq!(report.failed_count, 2);
    }

    async fn a_file_of_what_is_left_out_that_is_none_costs_its_folder_alone(store: Store) {
        let files = folder(&[("a.md", b"a"), ("b/b.md", b"b"), ("c/c.md", b"c"), ("d/d.md", b"d")]);
        let made = std::process::Command::new("mkfifo").arg(files.path().join("b/.gitignore")).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink("/dev/zero", files.path().join("c/.folioignore")).unwrap();
        std::fs::create_dir(files.path().join("d/.gitignore")).unwrap();
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!((taken(&report), report.failed_count), (vec!["a".to_owned(), "d/d".to_owned()], 2), "{report:?}");
        let told: Vec<String> = report.files.iter().filter_map(|file| file.error).collect();
        assert!(told[0].contains("its .gitignore is no regular file") && told[1].contains("its .folioignore"), "{told:?}");
        let all = IngestOptions::default().ignore_files(IgnoreFiles::Disregard);
        assert_eq!(taken(&ingest(&store, files.path(), &all).await).len(), 4);
        let alone = ingest(&store, &files.path().join("b"), &IngestOptions::default()).await;
        assert_eq!((alone.total, alone.failed_count), (1, 1), "{alone:?}");
    }

    async fn names_that_are_not_utf_8_are_told_of(store: Store) {
        let files = folder(&[("a.md", b"a")]);
        std::fs::write(files.path().join(OsStr::from_bytes(b"caf\xe9.md")), "text").unwrap();
        std::fs::create_dir(files.path().join(OsStr::from_bytes(b"\xff"))).unwrap();
        std::fs::write(files.path().join(OsStr::from_bytes(b"\xff/b.md")), "text").unwrap();
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!((taken(&report), report.failed_count), (vec!["a".to_owned()], 2), "{report:?}");
        assert!(report.files.iter().filter(|file| file.status == FileStatus::Failed).all(|file| file.error.unwrap().contains("UTF-8")));
    }

    async fn files_that_look_alike_are_kept_apart_and_told_of(store: Store) {
        let files = folder(&[("caf\u{e9}.md", b"one"), ("cafe\u{301}.md", b"two"), ("Readme.md", b"three"), ("README.md", b"four"), ("plain.md", b"five")]);
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!((report.added, report.failed_count), (5, 0));
        let noted = report.files.iter().filter(|file| file.note.is_some()).count();
        assert_eq!(noted, 4, "{report:?}");
        let composed = store.folio.documents().get("caf\u{e9}").await.unwrap().unwrap();
        assert_eq!(composed.content, "one");
    }

    async fn files_that_fill_the_memory_that_is_allowed_are_taken_one_after_the_other(store: Store) {
        let files = folder(&[("small.md", b"small")]);
        for n in 0..4_u32 {
            // Four bytes a character: texts that are short beside their files.
            let line = format!("{n}{}\n", " ".repeat(1_000));
            let text = std::iter::once('\u{feff}').chain(line.chars().cycle().take(3_500_000));
            let bytes: Vec<u8> = text.flat_map(|c| u32::from(c).to_le_bytes()).collect();
            write(files.path(), &format!("{n}.md"), &bytes);
        }
        // And some that are no texts at all.
        for n in 0..40 {
            write(files.path(), &format!("binary/{n}.md"), &vec![0; 1_000_000]);
        }
        let (options, ingest) = (IngestOptions::default(), store.folio.ingest());
        // Readers and writers that waited for each other would wait for ever.
        let taken = tokio::time::timeout(std::time::Duration::from_mins(2), ingest.directory(files.path(), &options)).await;
        let report = taken.unwrap().unwrap();
        assert_eq!((report.added, report.failed_count), (5, 40));
    }

    async fn large_files_are_refused_by_their_size(store: Store) {
        let files = folder(&[("small.md", b"small")]);
        write(files.path(), "large.md", "x".repeat(2_000).as_bytes());
        let report = ingest(&store, files.path(), &IngestOptions::default().max_file_bytes(1_000)).await;
        assert_eq!((report.added, report.failed_count), (1, 1));
        assert!(report.files.get(0).unwrap().error.unwrap().contains("2000 bytes"), "{report:?}");
    }
}

/// What is too much to be kept from the comparing is read once more; on the database that takes it
/// in no time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_larger_than_what_is_kept_is_taken_whole() {
    let store = Store::fresh(Kind::Sqlite).await;
    let files = folder(&[]);
    for n in 0..40 {
        let text = format!("{n} {}", "\n".repeat(1_000_000));
        write(files.path(), &format!("{n}.md"), text.as_bytes());
    }
    let report = ingest(&store, files.path(), &IngestOptions::default()).await;
    assert_eq!((report.added, report.failed_count), (40, 0));
    let bytes: i64 = store
        .value("SELECT sum(octet_length(content)) FROM document")
        .await;
    assert!(bytes > 40_000_000);
}

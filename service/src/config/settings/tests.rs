use super::*;

fn variables(pairs: &[(&str, &str)]) -> ConfigBuilder {
    Config::builder()
        .default_file(PathBuf::from("own.db"))
        .variables(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
}

#[test]
fn the_seed_s_variables_make_a_server() {
    let config = variables(&[
        ("POSTGRES_HOST", "127.0.0.1"),
        ("POSTGRES_PORT", "6543"),
        ("POSTGRES_USER", "ada"),
        ("POSTGRES_PASSWORD", "hunter2"),
        ("POSTGRES_DATABASE", "notes"),
        ("DB_MAX_CONNECTIONS", "7"),
        ("DB_COMMAND_TIMEOUT", "1.5"),
    ]);
    let config = config.build().expect("good settings");
    assert_eq!(
        config.database.to_string(),
        "postgres://ada@127.0.0.1:6543/notes"
    );
    assert_eq!((config.min_connections, config.max_connections), (5, 7));
    assert_eq!(config.command_timeout, Duration::from_millis(1500));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_higher_source_wins_over_a_lower_one() {
    let config = variables(&[("DATABASE_URL", "sqlite://a.db"), ("POSTGRES_HOST", "h")]).flag(
        "database_url",
        "--database-url",
        Some("sqlite://b.db".to_owned()),
    );
    assert_eq!(
        config.build().expect("good settings").database.to_string(),
        "sqlite://b.db"
    );
}

#[test]
fn a_bad_value_is_reported_with_its_source() {
    let cases: [(&[(&str, &str)], &str); 5] = [
        (
            &[("DB_MAX_CONNECTIONS", "many")],
            "the environment variable DB_MAX_CONNECTIONS: max_connections is not a whole number",
        ),
        (
            &[("DB_MIN_CONNECTIONS", "9"), ("DB_MAX_CONNECTIONS", "3")],
            "the environment variable DB_MIN_CONNECTIONS: min_connections is 9, more than max_connections, 3",
        ),
        (
            &[("DB_MAX_CONNECTIONS", "0")],
            "the environment variable DB_MAX_CONNECTIONS: max_connections is 0: at least one connection is needed",
        ),
        (
            &[("DB_CONNECTION_TIMEOUT", "-1")],
            "the environment variable DB_CONNECTION_TIMEOUT: acquire_timeout is not a number of seconds above 0",
        ),
        (
            &[("POSTGRES_PORT", "x")],
            "the environment variable POSTGRES_PORT: postgres_port is not a port number",
        ),
    ];
    for (pairs, said) in cases {
        assert_eq!(variables(pairs).build().expect_err(said).to_string(), said);
    }
}

#[test]
fn what_is_said_of_encryption_holds_for_parts_and_urls() {
    let mode = |pairs: &[(&str, &str)]| match variables(pairs).build().map(|config| config.database)
    {
        Ok(Database::Postgres(target)) => format!("{:?}", target.options.get_ssl_mode()),
        other => panic!("{other:?}"),
    };
    let far = ("POSTGRES_HOST", "db.example");
    assert_eq!(mode(&[far]), "VerifyFull");
    assert_eq!(mode(&[far, ("PGSSLMODE", "require")]), "Require");
    let both = [
        far,
        ("PGSSLMODE", "require"),
        ("POSTGRES_SSLMODE", "prefer"),
    ];
    assert_eq!(mode(&both), "Prefer", "its own name wins");
    let url = ("DATABASE_URL", "postgres://u@db.example/x");
    assert_eq!(mode(&[url, ("PGSSLMODE", "disable")]), "Disable");
    let wrong = variables(&[far, ("POSTGRES_SSLMODE", "yes")]).build();
    let said = wrong.expect_err("no mode").to_string();
    assert!(
        said.contains("POSTGRES_SSLMODE: postgres_sslmode is not one of disable"),
        "{said}"
    );
}

#[test]
fn a_replica_is_of_the_stores_own_kind() {
    for (store, replica) in [
        ("postgres://h/x", "sqlite://a.db"),
        ("sqlite://a.db", "postgres://h/x"),
    ] {
        let pairs = [
            ("DATABASE_URL", store),
            ("FOLIO_READ_DATABASE_URL", replica),
        ];
        let said = variables(&pairs).build().expect_err(replica).to_string();
        assert!(said.contains("PostgreSQL servers"), "{said}");
    }
}

#[test]
fn a_bad_line_of_an_env_file_is_named_by_its_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(".env");
    std::fs::write(&path, "FOLIO_ACTOR=ada\n\nPOSTGRES_PASSWORD hunter2\n").expect("written");
    let said = Config::builder()
        .env_file(&path)
        .expect_err("a bad line")
        .to_string();
    assert!(said.ends_with(".env: line 3 is not NAME=value"), "{said}");
}

#[test]
fn a_file_is_read_and_a_setting_it_invents_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("folio.toml");
    std::fs::write(
        &path,
        "database_url = 'sqlite://x.db'\nmax_connections = 3\n[tui]\ntheme = 'dark'\n",
    )
    .expect("written");
    let config = Config::builder()
        .file(&path)
        .and_then(ConfigBuilder::build)
        .expect("good settings");
    assert_eq!(
        (config.database.to_string().as_str(), config.max_connections),
        ("sqlite://x.db", 3)
    );
    std::fs::write(&path, "max_conections = 3").expect("written");
    let said = Config::builder()
        .file(&path)
        .expect_err("an unknown key")
        .to_string();
    assert!(
        said.ends_with("there is no setting \"max_conections\""),
        "{said}"
    );
}

use super::super::ConfigBuilder;

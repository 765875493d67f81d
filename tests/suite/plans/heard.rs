//! The statements that the drivers say they ran.

use std::sync::{Arc, Mutex};

use tracing_subscriber::layer::Context;

/// Remembers the SQL that the drivers say they ran.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// What was heard since the last time.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Heard {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Sql(Option<String>, String);
        impl tracing::field::Visit for Sql {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.record_str(field, &format!("{value:?}"));
            }
            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                match field.name() {
                    "db.statement" if !value.trim().is_empty() => {
                        self.0 = Some(value.trim().to_owned());
                    }
                    "summary" => value.clone_into(&mut self.1),
                    _ => {}
                }
            }
        }
        if event.metadata().target() == "sqlx::query" {
            let mut sql = Sql(None, String::new());
            event.record(&mut sql);
            self.0.lock().unwrap().push(sql.0.unwrap_or(sql.1));
        }
    }
}

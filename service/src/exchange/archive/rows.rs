//! Rows of any table as lines of JSON, and back: a field for each column.

use sea_orm::sea_query::ColumnType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IdenStatic, Iterable, ModelTrait, Value,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::time;

/// A row as a line.
pub(super) fn to_json<E>(row: &E::Model) -> Map<String, Json>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let field = |column: E::Column| {
        let value = match row.get(column) {
            Value::String(text) => text.map(Json::from),
            Value::BigInt(number) => number.map(Json::from),
            Value::Bool(is) => is.map(Json::from),
            Value::Uuid(id) => id.map(|id| id.to_string().into()),
            Value::ChronoDateTimeUtc(at) => at.map(|at| time::format(&at).into()),
            Value::Json(json) => json.map(|json| *json),
            _ => None,
        };
        (column.as_str().to_owned(), value.unwrap_or(Json::Null))
    };
    E::Column::iter().map(field).collect()
}

/// The row of a line; the error says which field is wrong.
pub(super) fn from_json<A>(mut line: Map<String, Json>) -> Result<A, String>
where
    A: ActiveModelTrait + Default,
{
    let mut row = <A as Default>::default();
    for column in <A::Entity as EntityTrait>::Column::iter() {
        let name = column.as_str();
        let value = line.remove(name).unwrap_or_default();
        let bad = || format!("its {name} is not what it has to be");
        let is_null = value.is_null();
        if is_null && !column.def().is_null() {
            return Err(bad());
        }
        let text = || value.as_str().map(str::to_owned);
        let value = match column.def().get_column_type() {
            ColumnType::BigInteger => Value::BigInt(value.as_i64()),
            ColumnType::Boolean => Value::Bool(value.as_bool()),
            ColumnType::Uuid => Value::Uuid(text().and_then(|id| id.parse::<Uuid>().ok())),
            ColumnType::Json | ColumnType::JsonBinary => Value::Json(Some(Box::new(value))),
            ColumnType::Timestamp | ColumnType::DateTime | ColumnType::TimestampWithTimeZone => {
                Value::ChronoDateTimeUtc(text().and_then(|at| time::parse(&at)))
            }
            _ => Value::String(text()),
        };
        if !is_null && value == value.as_null() {
            return Err(bad());
        }
        if let Value::String(Some(text)) = &value
            && text.contains('\0')
        {
            return Err(bad());
        }
        row.try_set(column, value).map_err(|_| bad())?;
    }
    Ok(row)
}

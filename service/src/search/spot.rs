//! A place in the order of hits, as a cursor. The hits behind it are the same whether the hit that
//! it stands on is still there or not.

use std::cmp::Ordering;

use uuid::Uuid;

use super::rank::Ranked;
use crate::error::Invalid;
use crate::page::Cursor;

/// What the cursors of this order begin with.
const ORDER: char = 's';

/// A hit's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    whole: bool,
    score: f64,
    id: Uuid,
}

impl Spot {
    pub(super) fn of(hit: &Ranked) -> Self {
        Self {
            whole: hit.whole,
            score: hit.score,
            id: hit.row.id,
        }
    }

    pub(super) fn write(self) -> Cursor {
        let key = format!("{}{:x}", u8::from(self.whole), self.score.to_bits());
        Cursor::new(ORDER, key, self.id.simple().to_string())
    }

    pub(super) fn read(cursor: &Cursor) -> Result<Self, Invalid> {
        let (key, id) = cursor.parts(ORDER)?;
        let whole = match key.get(..1) {
            Some("0") => false,
            Some("1") => true,
            _ => return Err(Invalid::Cursor),
        };
        let score = u64::from_str_radix(&key[1..], 16).map_err(|_| Invalid::Cursor)?;
        Ok(Self {
            whole,
            score: f64::from_bits(score),
            id: Uuid::parse_str(id).map_err(|_| Invalid::Cursor)?,
        })
    }

    /// The number of the first hit behind it.
    pub(super) fn behind(self, hits: &[Ranked]) -> usize {
        let itself = hits.iter().position(|hit| hit.row.id == self.id);
        itself.map_or_else(
            || {
                hits.iter()
                    .position(|hit| self.is_before(hit))
                    .unwrap_or(hits.len())
            },
            |at| at + 1,
        )
    }

    fn is_before(self, hit: &Ranked) -> bool {
        let order = hit
            .whole
            .cmp(&self.whole)
            .then(hit.score.total_cmp(&self.score));
        order == Ordering::Less
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_is_read_as_it_was_written() {
        let spot = Spot {
            whole: true,
            score: 12.345_678,
            id: Uuid::from_u128(7),
        };
        assert_eq!(Spot::read(&spot.write()), Ok(spot));
        assert!(Spot::read(&Cursor::new('s', "2zz", "x")).is_err());
        assert!(Spot::read(&Cursor::new('d', "10", "x")).is_err());
    }
}

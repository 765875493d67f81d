use super::*;

#[derive(Clone, Debug)]
struct Number(u32);

impl Row for Number {
    type Id = u32;

    fn id(&self) -> u32 {
        self.0
    }
}

fn page(numbers: impl IntoIterator<Item = u32>) -> Page<Number> {
    Page {
        items: numbers.into_iter().map(Number).collect(),
        next: None,
        previous: None,
    }
}

fn list(now: Instant) -> List<Number> {
    let mut list = List::default();
    let ask = list.load(Edge::First, now);
    list.take(ask.generation, ask.edge, Ok(page(0..10)), 5, now);
    list
}

fn marked(list: &List<Number>) -> Vec<u32> {
    list.window
        .rows()
        .filter(|row| list.is_marked(row))
        .map(|row| row.0)
        .collect()
}

#[test]
fn a_range_follows_the_selection_and_joins_the_marks() {
    let now = Instant::now();
    let mut list = list(now);
    list.mark(Mark::Toggle, 5, now);
    list.step(2, 5, now);
    list.mark(Mark::Range, 5, now);
    list.step(4, 5, now);
    assert_eq!(marked(&list), [0, 3, 4, 5, 6, 7]);
    list.step(-2, 5, now);
    assert_eq!(marked(&list), [0, 3, 4, 5]);
    list.mark(Mark::Range, 5, now);
    list.step(4, 5, now);
    assert_eq!(marked(&list), [0, 3, 4, 5]);
    assert_eq!(list.marks().count(), "4");
    list.mark(Mark::Invert, 5, now);
    assert_eq!(marked(&list), [1, 2, 6, 7, 8, 9]);
    assert!(list.unmark_all() && !list.unmark_all());
}

#[test]
fn reading_again_keeps_the_row_or_stands_on_the_next() {
    let now = Instant::now();
    let mut list = list(now);
    list.step(4, 5, now);
    let ask = list.reload(now);
    list.take(
        ask.generation,
        ask.edge,
        Ok(page((100..103).chain(0..10))),
        5,
        now,
    );
    assert_eq!(list.selected().unwrap().0, 4);
    let ask = list.reload(now);
    let without = (100..103).chain(0..10).filter(|number| *number != 4);
    list.take(ask.generation, ask.edge, Ok(page(without)), 5, now);
    assert_eq!(list.selected().unwrap().0, 5);
}

/// A list of so many pages of 200 rows, of which three are held, read as it asks.
struct Store(Vec<u32>);

impl Store {
    fn page(&self, ask: &Ask, at: usize) -> Page<Number> {
        let (from, to) = match ask.edge {
            Edge::First => (0, 200),
            Edge::Last => (self.0.len() - 200, self.0.len()),
            Edge::Back | Edge::Again => (at, at + 200),
            Edge::Front => (at.saturating_sub(200), at),
        };
        let to = to.min(self.0.len());
        let place = |row: usize| {
            // The key is in hex: of digits.
            let mut key = String::from("c");
            for digit in row.to_string().chars() {
                key.extend(['3', digit]);
            }
            format!("{key}.30").parse().unwrap()
        };
        Page {
            items: self.0[from..to].iter().copied().map(Number).collect(),
            next: (to < self.0.len()).then(|| place(to)),
            previous: (from > 0).then(|| place(from)),
        }
    }

    /// Answers what the list asks, until it asks for no more.
    fn answer(&self, list: &mut List<Number>, ask: Option<Ask>, at: Option<usize>, now: Instant) {
        let (mut next, mut at) = (ask, at);
        while let Some(ask) = next {
            let rows = |end: bool| {
                let mut rows = list.window.rows();
                let row = if end { rows.next_back() } else { rows.next() };
                let row = row.and_then(|row| self.0.iter().position(|other| *other == row.0));
                row.map_or(0, |row| row + usize::from(end))
            };
            let from = at.take().unwrap_or_else(|| rows(ask.edge == Edge::Back));
            let page = self.page(&ask, from);
            let (generation, edge) = (ask.generation, ask.edge);
            next = match list.take(generation, edge, Ok(page), HEIGHT, now) {
                Answer::New(next) => next,
                other => panic!("{other:?}"),
            };
        }
    }
}

const HEIGHT: usize = 20;

/// The selected row, and the row of the screen that it is on.
fn stands(list: &List<Number>) -> (u32, usize) {
    let line = list.visible(HEIGHT).position(|(_, selected)| selected);
    (list.selected().unwrap().0, line.unwrap())
}

#[test]
fn deep_in_a_list_reading_again_keeps_the_row_and_its_place_on_the_screen() {
    let now = Instant::now();
    for down in [150, 205, 366, 399, 410, 700] {
        let mut store = Store((0..1_000).collect());
        let mut list = List::default();
        let first = list.load(Edge::First, now);
        store.answer(&mut list, Some(first), None, now);
        for _ in 0..down + 8 {
            let ask = list.step(1, HEIGHT, now);
            store.answer(&mut list, ask, None, now);
        }
        for _ in 0..8 {
            let ask = list.step(-1, HEIGHT, now);
            store.answer(&mut list, ask, None, now);
        }
        assert_eq!(stands(&list), (down, 11));
        let number = list.window.number();
        let again = |list: &mut List<Number>, store: &Store| {
            let begin = usize::try_from(list.window.begin()).unwrap();
            let ask = list.reload(now);
            store.answer(list, Some(ask), Some(begin), now);
        };
        again(&mut list, &store);
        assert_eq!((stands(&list), list.window.number()), ((down, 11), number));
        // The selected row has gone: the next one has its place.
        store.0.retain(|row| *row != down);
        again(&mut list, &store);
        assert_eq!(stands(&list), (down + 1, 11));
        // With it those around it, of which some were above.
        store.0.retain(|row| !(down - 5..down + 6).contains(row));
        again(&mut list, &store);
        assert_eq!(stands(&list).0, down + 6);
    }
}

#[test]
fn a_list_that_is_read_again_follows_who_moves_meanwhile() {
    let now = Instant::now();
    let mut list = list(now);
    let ask = list.reload(now);
    list.step(3, 5, now);
    list.take(ask.generation, ask.edge, Ok(page(0..10)), 5, now);
    assert_eq!(list.selected().unwrap().0, 3);
}

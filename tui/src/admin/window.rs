//! The part of a long list that is held: some pages around the row that is selected. Pages are
//! reached by cursors, so the end of a million rows costs what their beginning does.

use std::collections::VecDeque;

use service::{Cursor, Page, PageRequest};

/// Rows of a page.
const PAGE: u32 = 200;
/// Pages that are held.
const PAGES: usize = 3;

/// Where a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// It is the list's beginning, and replaces what is held.
    First,
    /// It is the list's end, and replaces what is held.
    Last,
    /// It comes before what is held.
    Front,
    /// It follows what is held.
    Back,
    /// It replaces what is held; the place in it is kept.
    Again,
}

/// Rows around the selected one.
#[derive(Clone, Debug)]
pub(crate) struct Window<T> {
    pages: VecDeque<Page<T>>,
    selected: usize,
    /// The first row on the screen.
    top: usize,
    /// The number of the first row that is held: rows keep their numbers while others come and
    /// go around them.
    base: i64,
    /// The row of the screen on which the selected one stays while the pages around it are read
    /// again; None once one has moved.
    line: Option<usize>,
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Self {
            pages: VecDeque::new(),
            selected: 0,
            top: 0,
            base: 0,
            line: None,
        }
    }
}

impl<T> Window<T> {
    pub(crate) fn len(&self) -> usize {
        self.pages.iter().map(|page| page.items.len()).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn selected(&self) -> Option<&T> {
        self.rows().nth(self.selected)
    }

    /// The rows on a screen of so many, each with whether it is selected.
    pub(crate) fn visible(&self, height: usize) -> impl Iterator<Item = (&T, bool)> {
        let rows = self.rows().enumerate().skip(self.top).take(height);
        rows.map(|(index, row)| (row, index == self.selected))
    }

    /// The rows that are held.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.pages.iter().flat_map(|page| &page.items)
    }

    /// The rows that are held, with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (i64, &T)> {
        (self.base..).zip(self.rows())
    }

    /// The number of the selected row.
    pub(crate) fn number(&self) -> i64 {
        self.base + i64::try_from(self.selected).unwrap_or(i64::MAX - self.base)
    }

    /// Selects the row so many rows below the screen's first one, where there is one.
    pub(crate) fn select_on_screen(&mut self, row: usize) {
        let index = self.top + row;
        if index < self.len() {
            (self.selected, self.line) = (index, None);
        }
    }

    /// Selects the first row that is wanted; where none is, the place stays as it is.
    pub(crate) fn select(&mut self, wanted: impl Fn(&T) -> bool, height: usize) {
        let found = self.rows().position(wanted);
        self.selected = found.unwrap_or(self.selected);
        self.selected = self.selected.min(self.len().saturating_sub(1));
        self.settle(height);
    }

    /// Where the page with the selected row begins: at this row; None where it is the list's
    /// beginning.
    pub(crate) fn place(&self) -> Option<Cursor> {
        self.selected_page()?.0.previous.clone()
    }

    /// The number of the first row of that page.
    pub(crate) fn begin(&self) -> i64 {
        let before = self.selected_page().map_or(0, |(_, before)| before);
        self.base + i64::try_from(before).unwrap_or(0)
    }

    /// The page with the selected row, and how many rows are held before it.
    fn selected_page(&self) -> Option<(&Page<T>, usize)> {
        let mut before = 0;
        self.pages.iter().find_map(|page| {
            let first = before;
            before += page.items.len();
            (self.selected < before).then_some((page, first))
        })
    }

    /// The selected row, those that follow it, and those before it from there up: where it has
    /// gone, the first of them that is left is the one to stand on.
    pub(crate) fn nearest(&self) -> impl Iterator<Item = &T> {
        let before = self.rows().take(self.selected);
        let before: Vec<&T> = before.collect();
        self.rows()
            .skip(self.selected)
            .chain(before.into_iter().rev())
    }

    /// The request for the page at a place.
    pub(crate) fn at(place: Option<Cursor>) -> PageRequest {
        match place {
            Some(place) => PageRequest::first(PAGE).at(place),
            None => Self::end(Edge::First),
        }
    }

    /// Selects the row so many further on, or back.
    pub(crate) fn step(&mut self, rows: isize, height: usize) {
        let last = self.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(rows).min(last);
        self.line = None;
        self.show(height);
    }

    /// Moves the screen so that the selected row is on it.
    pub(crate) fn show(&mut self, height: usize) {
        self.top = scrolled(self.top, self.selected, height, self.len());
    }

    /// The same; the selected row stays on its row of the screen, where it has one.
    fn settle(&mut self, height: usize) {
        if let Some(line) = self.line {
            self.top = self.selected.saturating_sub(line);
        }
        self.show(height);
    }

    /// The page that is wanted next: the selected row is close to an edge behind which there is
    /// more.
    pub(crate) fn wanted(&self, height: usize) -> Option<(Edge, PageRequest)> {
        let near = height + height / 2;
        if self.selected + near >= self.len()
            && let Some(page) = self.behind()
        {
            return Some((Edge::Back, page));
        }
        if self.selected < near
            && let Some(previous) = self.pages.front().and_then(|page| page.previous.clone())
        {
            return Some((Edge::Front, PageRequest::first(PAGE).before(previous)));
        }
        None
    }

    /// The request for the page that follows what is held; None at the list's end.
    pub(crate) fn behind(&self) -> Option<PageRequest> {
        let next = self.pages.back()?.next.clone()?;
        Some(PageRequest::first(PAGE).after(next))
    }

    /// The request for a page at either end.
    pub(crate) fn end(edge: Edge) -> PageRequest {
        match edge {
            Edge::First | Edge::Front | Edge::Again => PageRequest::first(PAGE),
            Edge::Last | Edge::Back => PageRequest::last(PAGE),
        }
    }

    /// Whether the list's beginning, or its end, is among what is held.
    pub(crate) fn holds(&self, edge: Edge) -> bool {
        let open: Option<&Cursor> = match edge {
            Edge::First | Edge::Front | Edge::Again => {
                self.pages.front().and_then(|page| page.previous.as_ref())
            }
            Edge::Last | Edge::Back => self.pages.back().and_then(|page| page.next.as_ref()),
        };
        !self.pages.is_empty() && open.is_none()
    }

    /// Selects the first row that is held, or the last.
    pub(crate) fn go(&mut self, edge: Edge, height: usize) {
        self.selected = match edge {
            Edge::First | Edge::Front | Edge::Again => 0,
            Edge::Last | Edge::Back => self.len().saturating_sub(1),
        };
        self.line = None;
        self.show(height);
    }

    /// Takes a page in. What is held beyond the bound is let go at the other side.
    pub(crate) fn put(&mut self, edge: Edge, page: Page<T>, height: usize) {
        match edge {
            Edge::First | Edge::Last => {
                self.pages = VecDeque::from([page]);
                self.go(edge, height);
            }
            Edge::Again => self.put_again(page, self.begin()),
            Edge::Back => self.put_behind(page),
            Edge::Front => self.put_before(page),
        }
        self.settle(height);
    }

    /// Takes the page that began with the row of this number in place of all that is held: rows
    /// keep their numbers.
    pub(crate) fn put_again(&mut self, page: Page<T>, begin: i64) {
        if !self.is_empty() {
            self.line = Some(self.selected.saturating_sub(self.top));
        }
        let before = usize::try_from(begin - self.base).unwrap_or(0);
        self.base += i64::try_from(before).unwrap_or(0);
        self.pages = VecDeque::from([page]);
        let last = self.len().saturating_sub(1);
        self.selected = self.selected.saturating_sub(before).min(last);
        self.top = self.top.saturating_sub(before).min(last);
    }

    /// Takes what follows. A page may be short, or empty where nothing follows any longer, or where
    /// what follows is further on: it is joined to the one before it.
    fn put_behind(&mut self, page: Page<T>) {
        match self.pages.back_mut() {
            Some(last) if last.items.len() + page.items.len() <= PAGE as usize => {
                last.items.extend(page.items);
                last.next = page.next;
            }
            _ => self.pages.push_back(page),
        }
        if self.pages.len() > PAGES {
            let gone = self.pages.pop_front().map_or(0, |page| page.items.len());
            self.selected = self.selected.saturating_sub(gone);
            self.top = self.top.saturating_sub(gone);
            self.base += i64::try_from(gone).unwrap_or(0);
        }
    }

    /// The same with what comes before.
    fn put_before(&mut self, page: Page<T>) {
        let more = page.items.len();
        self.selected += more;
        self.top += more;
        self.base -= i64::try_from(more).unwrap_or(0);
        match self.pages.front_mut() {
            Some(first) if first.items.len() + more <= PAGE as usize => {
                first.items.splice(0..0, page.items);
                first.previous = page.previous;
            }
            _ => self.pages.push_front(page),
        }
        self.pages.truncate(PAGES);
        self.selected = self.selected.min(self.len().saturating_sub(1));
    }
}

/// The first row of a screen of so many, moved no further than needed to have `selected` on it.
pub(crate) fn scrolled(top: usize, selected: usize, height: usize, rows: usize) -> usize {
    let height = height.max(1);
    let top = top.min(selected).max((selected + 1).saturating_sub(height));
    top.min(rows.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use service::Config;

    use super::*;

    /// A list that is read as the window asks, over a real store.
    async fn filled(rows: usize) -> service::Folio {
        let folio = service::Folio::connect(Config::from_url("sqlite::memory:").unwrap())
            .await
            .unwrap();
        let all: Vec<String> = (0..rows).map(|row| format!("{row:06}")).collect();
        folio
            .transaction(async |tx| {
                for code in &all {
                    tx.documents()
                        .insert(service::NewDocument::new(code, code, "text"))
                        .await?;
                }
                Ok::<_, service::Error>(())
            })
            .await
            .unwrap();
        folio
    }

    async fn page(folio: &service::Folio, request: &PageRequest) -> Page<String> {
        let page = folio
            .documents()
            .list(service::DocumentSort::Code, request)
            .await
            .unwrap();
        page.map(|row| row.code)
    }

    #[tokio::test]
    async fn a_walk_down_and_up_meets_every_row_in_order() {
        const ROWS: usize = 1_300;
        const HEIGHT: usize = 30;
        let folio = filled(ROWS).await;
        let mut window = Window::default();
        window.put(
            Edge::First,
            page(&folio, &Window::<String>::end(Edge::First)).await,
            HEIGHT,
        );
        let mut met = vec![window.selected().unwrap().clone()];
        for direction in [1, -1] {
            for _ in 1..ROWS {
                window.step(direction, HEIGHT);
                if let Some((edge, request)) = window.wanted(HEIGHT) {
                    window.put(edge, page(&folio, &request).await, HEIGHT);
                }
                assert!(window.len() <= PAGES * PAGE as usize);
                assert!(window.visible(HEIGHT).any(|(_, selected)| selected));
                met.push(window.selected().unwrap().clone());
            }
        }
        let down = (0..ROWS).map(|row| format!("{row:06}"));
        let up = (0..ROWS - 1).rev().map(|row| format!("{row:06}"));
        assert_eq!(met, down.chain(up).collect::<Vec<_>>());
        assert!(window.holds(Edge::First) && !window.holds(Edge::Last));
        window.put(
            Edge::Last,
            page(&folio, &Window::<String>::end(Edge::Last)).await,
            HEIGHT,
        );
        assert_eq!(window.selected().unwrap(), "001299");
        assert!(window.holds(Edge::Last));
    }

    #[tokio::test]
    async fn short_pages_fill_the_window_as_whole_ones_do() {
        let folio = filled(90).await;
        let all = page(&folio, &PageRequest::first(1_000)).await;
        let place = |row: &String| row.clone();
        let mut window = Window::default();
        // Three rows at a time, and now and then none, though the list goes on.
        let cut = |from: usize, to: usize| Page {
            items: all.items[from..to].to_vec(),
            next: (to < 90).then(|| cursor(to)),
            previous: (from > 0).then(|| cursor(from)),
        };
        window.put(Edge::First, cut(0, 0), 30);
        assert!(window.is_empty() && window.wanted(30).is_some());
        for row in (0..90).step_by(3) {
            window.put(Edge::Back, cut(row, row + 3), 30);
            window.put(Edge::Back, cut(row + 3, row + 3), 30);
        }
        assert_eq!(window.rows().map(place).collect::<Vec<_>>(), all.items);
        assert!(window.holds(Edge::First) && window.holds(Edge::Last));
        window.put(Edge::Last, cut(89, 90), 30);
        for row in (0..89).rev() {
            window.put(Edge::Front, cut(row, row + 1), 30);
            assert_eq!(window.selected(), all.items.last());
        }
        assert_eq!(window.rows().map(place).collect::<Vec<_>>(), all.items);
    }

    /// A place that leads nowhere.
    fn cursor(row: usize) -> Cursor {
        format!("c{row:02x}.00").parse().unwrap()
    }

    proptest! {
        #[test]
        fn the_selected_row_is_on_the_screen(top in 0_usize..500, selected in 0_usize..500, height in 1_usize..60, more in 1_usize..500) {
            let rows = selected + more;
            let top = scrolled(top, selected, height, rows);
            prop_assert!(top <= selected && selected < top + height);
            // No row is empty while there are rows above the screen.
            prop_assert!(top == 0 || top + height <= rows);
        }
    }
}

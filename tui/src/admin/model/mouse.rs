//! What the mouse does: to what is under it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::Model;
use crate::admin::canvas::Target;
use crate::admin::command::{Command, Move};
use crate::admin::message::Effect;
use crate::admin::overlay;
use crate::admin::screen::Pointer;

/// Rows that a turn of the wheel goes.
const WHEEL: isize = 3;

impl Model {
    pub(super) fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let target = self.drawn.at(mouse.column, mouse.row);
        let pointer = match (mouse.kind, target) {
            (MouseEventKind::Down(MouseButton::Left), Some(target)) => {
                self.grabbed = Some(target);
                let mut effects = self.screens.pane_mut().went_on();
                let within = self.drawn.within(mouse.column, mouse.row);
                effects.extend(self.click(target, within));
                return effects;
            }
            (MouseEventKind::Drag(MouseButton::Left), _) => match self.grabbed {
                Some(grabbed) => Pointer::Drag(grabbed, mouse.column),
                None => return Vec::new(),
            },
            (MouseEventKind::Up(_), _) => {
                self.grabbed = None;
                self.changed = false;
                return Vec::new();
            }
            (MouseEventKind::ScrollDown, Some(target)) => Pointer::Wheel(WHEEL, target),
            (MouseEventKind::ScrollUp, Some(target)) => Pointer::Wheel(-WHEEL, target),
            _ => {
                self.changed = false;
                return Vec::new();
            }
        };
        if let (Pointer::Wheel(rows, _), Some(overlay)) = (pointer, self.overlays.last_mut()) {
            let to = if rows > 0 { Move::Down } else { Move::Up };
            overlay.go(to, &self.keymap, self.drawn.room);
            return Vec::new();
        }
        let env = self.env();
        self.screens.pane_mut().pointer(pointer, &env)
    }

    fn click(&mut self, target: Target, (column, row): (usize, usize)) -> Vec<Effect> {
        match (target, self.overlays.last_mut()) {
            (Target::Over(row), Some(overlay)) => {
                if overlay.click(row) {
                    return self.overlay(overlay::Command::Accept);
                }
                Vec::new()
            }
            (Target::Command(command), _) => self.run(command),
            // A click beside what lies over the screen takes it away.
            (_, Some(_)) => {
                self.overlays.pop();
                Vec::new()
            }
            (Target::Screen(screen), None) => self.command(Command::Go(screen)),
            (target, None) => {
                let env = self.env();
                let pointer = match target {
                    Target::Text | Target::Part(_) => Pointer::At(target, column, row),
                    target => Pointer::Click(target),
                };
                self.screens.pane_mut().pointer(pointer, &env)
            }
        }
    }
}

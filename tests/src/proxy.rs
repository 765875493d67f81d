//! A server that can be taken away and given back: what is sent to it goes on to the real one.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Where the connections go.
#[derive(Debug, Default)]
struct State {
    is_cut: bool,
    /// Connections that were not taken.
    refused: u64,
    open: Vec<TcpStream>,
}

/// A way to a server that can be cut.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// A way to the server at this address.
    #[must_use]
    pub fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().unwrap();
                // A way that is cut takes nobody: the connection ends at once.
                if state.is_cut {
                    state.refused += 1;
                } else if let Ok(server) = TcpStream::connect(&server) {
                    state
                        .open
                        .extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                    pass(&client, &server);
                    pass(&server, &client);
                }
            }
        });
        Self { port, state }
    }

    /// The port that clients connect to, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection, and takes no more.
    pub fn cut(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_cut = true;
        for stream in state.open.drain(..) {
            // One that has ended need not be cut.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// How many connections were not taken.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.state.lock().unwrap().refused
    }

    /// Takes connections again.
    pub fn mend(&self) {
        self.state.lock().unwrap().is_cut = false;
    }
}

fn pass(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
}

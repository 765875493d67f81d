//! A server that can be taken away and given back: what is sent to it goes on to the real one.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Where the connections go.
#[derive(Debug, Default)]
struct State {
    is_cut: bool,
    /// Nobody listens.
    is_stopped: bool,
    /// Connections that were not taken.
    refused: u64,
    open: Vec<TcpStream>,
}

/// A way to a server that can be cut.
#[derive(Debug)]
pub struct Proxy {
    server: String,
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// A way to the server at this address.
    #[must_use]
    pub fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            server,
            port: listener.local_addr().unwrap().port(),
            state: Arc::default(),
        };
        proxy.listen(listener);
        proxy
    }

    fn listen(&self, listener: TcpListener) {
        let (server, shared) = (self.server.clone(), Arc::clone(&self.state));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().unwrap();
                if state.is_stopped {
                    return;
                }
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

    /// Stops, as a server does: connections end, and the system refuses others.
    pub fn stop(&self) {
        self.cut();
        self.state.lock().unwrap().is_stopped = true;
        // Who listens learns of it by the next one who comes.
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            thread::yield_now();
        }
    }

    /// How many connections were not taken.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.state.lock().unwrap().refused
    }

    /// Takes connections again.
    pub fn mend(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_cut = false;
        if std::mem::take(&mut state.is_stopped) {
            self.listen(TcpListener::bind(("127.0.0.1", self.port)).unwrap());
        }
    }
}

fn pass(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
}

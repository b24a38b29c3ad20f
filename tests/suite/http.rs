//! A browser without a screen: pages of a [`World`] over Rocket's own client, signed in as anybody.

use manyhands::actions::sessions;
use manyhands::web::{self, Listen};
use manyhands_domain::ids::PersonId;
use rocket::http::{ContentType, Cookie, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};

use crate::support::{World, once};

/// The server of a world, and who presses its buttons.
pub struct Site {
    client: Client,
    cookie: Option<String>,
    network: Option<std::net::SocketAddr>,
}

/// What came back, byte for byte.
pub struct Raw {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub to: String,
    pub cookie: String,
    pub text: String,
}

impl Site {
    /// As a visitor who reads English.
    pub async fn of(world: &World) -> Site {
        let listen = Listen { address: std::net::Ipv4Addr::LOCALHOST.into(), port: 0, ip_header: None, trusted_proxy: None };
        let client = Client::untracked(web::build(world.deps.clone(), &listen)).await.unwrap();
        Site { client, cookie: None, network: None }
    }

    /// As a visitor from this address.
    pub async fn from_network(world: &World, address: &str) -> Site {
        Site { network: Some(std::net::SocketAddr::new(address.parse().unwrap(), 4711)), ..Site::of(world).await }
    }

    /// As somebody with an account.
    pub async fn as_person(world: &World, person: &PersonId) -> Site {
        let token = sessions::open(&world.deps, person).await.unwrap();
        Site { cookie: Some(token), ..Site::of(world).await }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let mut request = self.client.get(path.to_owned()).header(Header::new("Accept-Language", "en"));
        if let Some(token) = &self.cookie {
            request = request.with_session(token);
        }
        Answer::of(request.dispatch().await).await
    }

    /// What a program gets that asks with these headers.
    pub async fn fetch(&self, method: Method, path: &str, headers: &[(&'static str, &str)]) -> Raw {
        let mut request = self.client.req(method, path.to_owned());
        for (name, value) in headers {
            request = request.header(Header::new(*name, (*value).to_owned()));
        }
        if let Some(token) = &self.cookie {
            request = request.with_session(token);
        }
        Raw::of(request.dispatch().await).await
    }

    /// What a program sends, and what it gets: nothing of a page around it.
    pub async fn send_raw(&self, path: &str, body: Vec<u8>, headers: &[(&'static str, &str)]) -> Raw {
        let mut request = self.client.post(path.to_owned()).body(body);
        for (name, value) in headers {
            request = request.header(Header::new(*name, (*value).to_owned()));
        }
        if let Some(token) = &self.cookie {
            request = request.with_session(token);
        }
        Raw::of(request.dispatch().await).await
    }

    /// A form with a file and fields beside it.
    pub async fn upload_with(&self, path: &str, (field, name, file): (&str, &str, &[u8]), fields: &[(&str, &str)]) -> Answer {
        let key = once().key;
        let mut body = Vec::new();
        for (name, value) in [&[("key", key.as_str())], fields].concat() {
            body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let kind = ContentType::new("multipart", "form-data").with_params([("boundary", "b")]);
        self.send(path, kind, body, &[("Sec-Fetch-Site", "same-origin")]).await
    }

    /// A form of our own page, with a fresh key.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let key = once().key;
        self.post_with(path, &[&[("key", key.as_str())], fields].concat(), &[("Sec-Fetch-Site", "same-origin")]).await
    }

    /// A form exactly as given, with these headers.
    pub async fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&'static str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.send(path, ContentType::Form, body.join("&").into_bytes(), headers).await
    }

    /// A form with a file.
    pub async fn upload(&self, path: &str, field: &str, file: &[u8]) -> Answer {
        self.upload_called(path, field, "items.csv", file).await
    }

    /// A form with a file of this name.
    pub async fn upload_called(&self, path: &str, field: &str, name: &str, file: &[u8]) -> Answer {
        let key = once().key;
        let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n{key}\r\n--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n").into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let kind = ContentType::new("multipart", "form-data").with_params([("boundary", "b")]);
        self.send(path, kind, body, &[("Sec-Fetch-Site", "same-origin")]).await
    }

    async fn send(&self, path: &str, kind: ContentType, body: Vec<u8>, headers: &[(&'static str, &str)]) -> Answer {
        let mut request = self.client.post(path.to_owned()).header(kind).header(Header::new("Accept-Language", "en")).body(body);
        if let Some(network) = self.network {
            request = request.remote(network);
        }
        for (name, value) in headers {
            request = request.header(Header::new(*name, (*value).to_owned()));
        }
        if let Some(token) = &self.cookie {
            request = request.with_session(token);
        }
        Answer::of(request.dispatch().await).await
    }
}

trait WithSession {
    fn with_session(self, token: &str) -> Self;
}

impl WithSession for rocket::local::asynchronous::LocalRequest<'_> {
    fn with_session(self, token: &str) -> Self {
        self.cookie(Cookie::new("sid", token.to_owned()))
    }
}

impl Raw {
    async fn of(response: LocalResponse<'_>) -> Raw {
        let headers = response.headers().iter().map(|header| (header.name().as_str().to_lowercase(), header.value().to_owned())).collect();
        let status = response.status().code;
        Raw { status, headers, bytes: response.into_bytes().await.unwrap_or_default() }
    }

    /// A header's value; empty if it was not sent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

impl Answer {
    async fn of(response: LocalResponse<'_>) -> Answer {
        let header = |name: &str| response.headers().get_one(name).unwrap_or_default().to_owned();
        let (status, to, cookie) = (response.status().code, header("Location"), header("Set-Cookie"));
        let bytes = response.into_bytes().await.unwrap_or_default();
        Answer { status, to, cookie, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Shown, with this sentence in it (as HTML writes it).
    pub fn says(&self, words: &str) {
        let plain = self.text.replace("&#39;", "'").replace("&#34;", "\"").replace("&amp;", "&").replace(['\u{a0}', '\u{202f}'], " ");
        assert!(plain.contains(words), "{} does not say “{words}”:\n{}", self.status, main_part(&plain));
    }

    /// Refused: 422, with this sentence.
    pub fn refuses(&self, words: &str) {
        assert_eq!(self.status, Status::UnprocessableEntity.code, "{}", main_part(&self.text));
        self.says(words);
    }

    /// Sent on after a form.
    pub fn redirects(&self) {
        assert_eq!(self.status, Status::SeeOther.code, "{}", main_part(&self.text));
    }
}

/// What a reader would look at.
fn main_part(text: &str) -> &str {
    text.split("<main").nth(1).unwrap_or(text).split("</main>").next().unwrap_or(text)
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

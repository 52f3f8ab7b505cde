// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <unistd.h>

namespace {

using namespace pottle;

struct Album {
    std::string title;
    long year;
};

TestRequest multipart(std::string target, std::string body, ByteCount piece = 0) {
    TestRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.content_type = "multipart/form-data; boundary=b";
    request.body = std::move(body);
    request.body_piece = piece;
    return request;
}

std::string part(std::string_view disposition, std::string_view content,
                 std::string_view fields = "") {
    std::string out = "--b\r\nContent-Disposition: form-data; ";
    out.append(disposition).append("\r\n").append(fields).append("\r\n").append(content);
    return out + "\r\n";
}

const std::string kForm = part("name=title", "Blue") +
                          part("name=cover; filename=\"a b.png\"", std::string("\0\r\n\xff", 4),
                               "Content-Type: Image/PNG; x=y\r\n") +
                          part("name=year", "1971") + "--b--\r\n";

std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A name for a file that goes away.
class TemporaryFile {
public:
    TemporaryFile() {
        const int descriptor = ::mkstemp(path_.data());
        REQUIRE(descriptor >= 0);
        ::close(descriptor);
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_ = "/tmp/pottle-form-test-XXXXXX";
};

}  // namespace

TEST_CASE("Request: fields and files of a multipart form (REQ-24, REQ-26, REQ-27)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        const MultiDict& form = co_await request.form();
        CHECK(form == MultiDict{{"title", "Blue"}, {"year", "1971"}});
        const FileDict& files = co_await request.files();
        REQUIRE(files.size() == 1);
        const FileStorage& cover = files.at("cover");
        CHECK(cover.name() == "cover");
        CHECK(cover.filename() == "a b.png");
        CHECK(cover.content_type() == "Image/PNG; x=y");
        CHECK(cover.mimetype() == "image/png");
        CHECK(cover.headers().get("content-disposition").starts_with("form-data"));
        CHECK(cover.size() == 4);
        CHECK(cover.in_memory() == std::string_view("\0\r\n\xff", 4));
        CHECK(co_await cover.read(1, 2) == "\r\n");
        CHECK(co_await cover.read(3, 9) == "\xff");
        CHECK(co_await cover.read(9, 9) == "");
        CHECK_FALSE(files.contains("title"));
        co_return "seen";
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    for (const ByteCount piece : {0, 1, 7})
        CHECK(client.open(multipart("/", kForm, piece)).text() == "seen");
}

TEST_CASE("Request: a file beyond the threshold goes to disk and can be saved (REQ-27)") {
    const std::string large(700'000, 'x');
    const TemporaryFile saved, saved_small;
    App app("test");
    app.post("/", [&](Request& request) -> Task<std::string> {
        const FileDict& files = co_await request.files();
        const FileStorage& first = files.at("one");
        CHECK_FALSE(first.in_memory());
        CHECK(first.size() == large.size());
        CHECK(co_await first.read() == large);
        CHECK(co_await files.get_all("two").at(0).read(0, 3) == "yyy");
        CHECK(co_await files.get_all("two").at(0).read(699'999, 3) == "y");
        co_await files.get_all("two").at(0).save(saved.path());
        co_await files.at("small").save(saved_small.path());
        co_return "seen";
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    const std::string body = part("name=one; filename=1", large) +
                             part("name=small; filename=s", "small") +
                             part("name=two; filename=2", std::string(700'000, 'y')) + "--b--";
    CHECK(client.open(multipart("/", body)).text() == "seen");
    CHECK(slurp(saved.path()) == std::string(700'000, 'y'));
    CHECK(slurp(saved_small.path()) == "small");
}

TEST_CASE("Request: an uploaded file outlives its form, not its copies (REQ-27)") {
    App app("test");
    app.post(
        "/",
        [](FileDict& files) -> Task<std::string> {
            FileStorage copy = files.at("f");
            files.clear();
            co_return co_await copy.read();
        },
        form_limits({.spool = 1}));
    TestClient client(std::move(app), {.propagate_exceptions = true});
    CHECK(client.open(multipart("/", part("name=f; filename=f", "kept") + "--b--")).text() ==
          "kept");
}

TEST_CASE("Request: a body that is no form has no fields, and that is no error (REQ-25)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        const MultiDict& form = co_await request.form();
        const FileDict& files = co_await request.files();
        co_return std::to_string(form.size()) + std::to_string(files.size());
    });
    TestClient client(std::move(app));
    CHECK(client.open(multipart("/", kForm.substr(0, kForm.size() - 6))).text() == "00");
    CHECK(client.open(multipart("/", "nothing of the kind")).text() == "00");
    CHECK(client.open(multipart("/", "--b\r\nno field\r\n\r\n\r\n--b--")).text() == "00");
    CHECK(client.open(multipart("/", kForm)).text() == "21");
    TestRequest request = multipart("/", kForm);
    request.content_type = "multipart/form-data";  // no boundary
    CHECK(client.open(request).text() == "00");
    request.content_type = "text/plain";
    CHECK(client.open(request).text() == "00");
    request.body = "a=1&b=2";
    request.content_type = "application/x-url-encoded";
    CHECK(client.open(request).text() == "20");
}

TEST_CASE("Request: text of a part in the charset that it names (REQ-26)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        const MultiDict& form = co_await request.form();
        co_return std::string(form.at("a")) + std::string(form.at("b"));
    });
    TestClient client(std::move(app));
    CHECK(client
              .open(multipart("/", part("name=a", "\xe9",
                                        "Content-Type: text/plain; "
                                        "charset=ISO-8859-1\r\n") +
                                       part("name=b", "\xe9") + "--b--"))
              .text() == "\xc3\xa9\xef\xbf\xbd");
}

TEST_CASE("Request: fields too large and too many parts are 413 (REQ-33)") {
    App app("test");
    app.config().set("MAX_FORM_MEMORY_SIZE", 10).set("MAX_FORM_PARTS", 3);
    const auto count = [](Request& request) -> Task<std::string> {
        if (request.args().contains("more")) {
            request.set_max_form_memory_size(std::nullopt);
            request.set_max_form_parts(4);
        }
        co_return std::to_string((co_await request.form()).size());
    };
    app.post("/", count);
    app.post("/wide", count, form_limits({.memory = 20, .parts = 4}));
    TestClient client(std::move(app));
    const std::string end = "--b--";
    const std::string field = part("name=a", std::string(10, 'x'));
    const std::string larger = part("name=a", std::string(11, 'x'));
    const std::string file = part("name=a; filename=f", std::string(11, 'x'));
    CHECK(client.open(multipart("/", field + field + file + end)).text() == "2");
    CHECK(client.open(multipart("/", larger + end)).status == 413);
    CHECK(client.open(multipart("/", larger + end, 1)).status == 413);
    CHECK(client.open(multipart("/", field + field + field + field + end)).status == 413);
    CHECK(client.open(multipart("/wide", larger + field + field + field + end)).text() == "4");
    CHECK(client.open(multipart("/?more", larger + field + field + field + end)).text() == "4");
    CHECK(
        client.open(multipart("/wide?more", larger + field + field + field + field + end)).status ==
        413);
}

TEST_CASE("Form<T>: takes the fields of a multipart form too (U-6)") {
    App app("test");
    app.post("/", [](Form<Album> album, FileDict& files) {
        return album->title + std::to_string(album->year) +
               std::string(files.at("cover").filename());
    });
    TestClient client(std::move(app));
    for (const ByteCount piece : {0, 5})
        CHECK(client.open(multipart("/", kForm, piece)).text() == "Blue1971a b.png");
    CHECK(client.open(multipart("/", part("name=title", "x") + "--b--")).status == 422);
    CHECK(client.post("/", "text").status == 415);
    // A file that is missing is the client's mistake (ERR-8).
    CHECK(client.open(multipart("/", part("name=title", "x") + part("name=year", "1") + "--b--"))
              .status == 400);
}

TEST_CASE("Multipart: parts one by one, those not read are skipped (U-4)") {
    App app("test");
    app.post("/", [](Multipart& multipart) -> Task<std::string> {
        std::string seen;
        while (FormPart* part = co_await multipart.next()) {
            seen.append(part->name()).append("/").append(part->filename().value_or("-"));
            if (part->name() == "title") seen += "=" + co_await part->text();
            if (part->name() == "year")
                while (auto piece = co_await part->next()) seen.append("+").append(piece->view());
            seen += ";";
        }
        CHECK(co_await multipart.next() == nullptr);
        co_return seen;
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    CHECK(client.open(multipart("/", kForm)).text() == "title/-=Blue;cover/a b.png;year/-+1971;");
    CHECK(client.open(multipart("/", kForm, 1))
              .text()
              .starts_with("title/-=Blue;cover/a b.png;year/-+1"));
}

TEST_CASE("Multipart: a part is saved without standing in memory (U-4)") {
    const TemporaryFile saved;
    App app("test");
    app.post("/", [&](Multipart& multipart) -> Task<std::string> {
        FormPart* part = co_await multipart.next();
        co_return std::to_string(co_await part->save(saved.path()));
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    const std::string content(1'000'000, 'z');
    CHECK(client.open(multipart("/", part("name=f; filename=f", content) + "--b--")).text() ==
          "1000000");
    CHECK(slurp(saved.path()) == content);
    CHECK(client.open(multipart("/", part("name=f; filename=f", "") + "--b--")).text() == "0");
    CHECK(slurp(saved.path()).empty());
}

TEST_CASE("Multipart: what is no multipart is 415, what is malformed 400 (REQ-25)") {
    App app("test");
    app.post("/", [](Multipart& multipart) -> Task<std::string> {
        while (co_await multipart.next()) {
        }
        co_return "end";
    });
    TestClient client(std::move(app));
    CHECK(client.open(multipart("/", kForm)).text() == "end");
    CHECK(client.post("/", "text").status == 415);
    CHECK(client.open(multipart("/", kForm.substr(0, 60))).status == 400);
    CHECK(client.open(multipart("/", kForm.substr(0, 60), 3)).status == 400);
}

TEST_CASE("Request: what form(), files() and values() give lives as long as the request (REQ-24)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        const std::string_view title = (co_await request.form()).get("title");
        const FileStorage* cover = (co_await request.files()).find("cover");
        const std::string_view page = (co_await request.values()).get("page");
        co_await sleep(1s);
        co_return std::string(title) + std::string(cover->filename()) + std::string(page);
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    const std::string long_title(100, 't');
    const std::string body =
        part("name=title", long_title) + part("name=cover; filename=c.png", "x") + "--b--";
    CHECK(client.open(multipart("/?page=12345678901234567890", body)).text() ==
          long_title + "c.png12345678901234567890");
}

TEST_CASE("Request: the limits of a form hold for urlencoded bodies too (REQ-33)") {
    App app("test");
    app.config().set("MAX_FORM_MEMORY_SIZE", 10).set("MAX_FORM_PARTS", 3);
    const auto count = [](Request& request) -> Task<std::string> {
        if (request.args().contains("more")) {
            request.set_max_form_memory_size(std::nullopt);
            request.set_max_form_parts(std::nullopt);
        }
        co_return std::to_string((co_await request.form()).size());
    };
    app.post("/", count);
    app.post("/wide", count, form_limits({.memory = 0, .parts = 0}));
    app.post("/struct", [](Form<Album> album) { return album->title; });
    TestClient client(std::move(app));
    const auto ask = [&](std::string target, std::string body) {
        TestRequest request = multipart(std::move(target), std::move(body));
        request.content_type = "application/x-www-form-urlencoded";
        return client.open(request);
    };
    CHECK(ask("/", "a=1&b=2&c=").text() == "3");
    CHECK(ask("/", "a=1&b=2&c=3").status == 413);
    CHECK(ask("/", "a&b&c&d").status == 413);
    CHECK(ask("/?more", "a=1&b=2&c=3&d=4").text() == "4");
    std::string many;
    for (int i = 0; i < 2000; ++i) many += "name=" + std::string(300, 'x') + "&";
    CHECK(ask("/wide", many).text() == "2000");
    CHECK(ask("/struct", "title=far+too+long&year=1").status == 413);
}

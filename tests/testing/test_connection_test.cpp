// SPDX-License-Identifier: MIT
#include <pottle/app/body_stream.hpp>
#include <pottle/async/event.hpp>
#include <pottle/async/generator.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("TestConnection: the body arrives piece by piece (TST-3)") {
    App app("test");
    std::string log;
    app.post("/", [&log](BodyStream& body) -> Task<std::string> {
        while (auto piece = co_await body.next()) log += "[" + std::string(piece->view()) + "]";
        co_return log;
    });
    TestClient client(std::move(app));
    // doc: pieces
    TestConnection connection = client.request("POST", "/");
    connection.send("a");
    CHECK(log == "[a]");
    connection.send("bc");
    CHECK(log == "[a][bc]");
    CHECK_THROWS_AS(connection.head(), LogicError);
    const TestResponse response = connection.as_response();
    CHECK(response.status == 200);
    CHECK(response.text() == "[a][bc]");
    // doc: end
}

TEST_CASE("TestConnection: an answer is produced only as far as it is received (TST-3, U-15)") {
    App app("test");
    int produced = 0;
    app.get("/", [&produced]() -> Generator<std::string> {
        for (;;) {
            ++produced;
            co_await sleep(20s);
            co_yield std::to_string(produced);
        }
    });
    TestClient client(std::move(app));
    TestConnection connection = client.request("GET", "/");
    CHECK(connection.head().status == 200);
    CHECK(connection.receive() == "1");
    CHECK(connection.receive() == "2");
    CHECK(produced == 2);
}

TEST_CASE("TestConnection: a client that goes away cancels what serves it (TST-3)") {
    struct Flag {
        bool* flag;
        ~Flag() { *flag = true; }
    };
    App app("test");
    bool ended = false;
    app.get("/", [&ended]() -> Task<> {
        const Flag flag{&ended};
        async::Event never;
        co_await never.wait();
    });
    TestClient client(std::move(app));
    {
        TestConnection connection = client.request("GET", "/");
        connection.send_complete();
        CHECK_FALSE(ended);
        connection.disconnect();
        CHECK(ended);
    }
    ended = false;
    {
        TestConnection dropped = client.request("GET", "/");
    }
    CHECK(ended);
}

TEST_CASE("TestConnection: a stream ends with its client, and cleans up (RESP-23)") {
    struct Flag {
        bool* flag;
        ~Flag() { *flag = true; }
    };
    App app("test");
    bool cleaned = false, resumed = false;
    app.get("/", [&]() -> Generator<std::string> {
        const Flag flag{&cleaned};
        co_yield "first";
        co_await sleep(1s);
        resumed = true;
    });
    TestClient client(std::move(app));
    TestConnection connection = client.request("GET", "/");
    CHECK(connection.receive() == "first");
    CHECK_FALSE(cleaned);
    connection.disconnect();
    CHECK(cleaned);
    CHECK_FALSE(resumed);
}

TEST_CASE("TestConnection: what leaves the application comes out of the call (TST-3)") {
    App app("test");
    app.get("/", []() -> Generator<std::string> {
        co_yield "first";
        throw std::runtime_error("broken");
    });
    TestClient client(std::move(app));
    TestConnection connection = client.request("GET", "/");
    CHECK(connection.receive() == "first");
    CHECK_THROWS_WITH_AS(connection.receive(), "broken", std::runtime_error);
}

// SPDX-License-Identifier: MIT
#include <pottle/http/multipart.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::http;

namespace {

struct Part {
    std::string head;
    std::string content;
    bool ended = false;
    friend bool operator==(const Part&, const Part&) = default;
};
struct Outcome {
    std::vector<Part> parts;
    std::uint16_t status = 200;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds `body` in pieces of the sizes that `next_size` gives.
template <class NextSize>
Outcome read(std::string_view body, NextSize next_size, const MultipartLimits& limits = {}) {
    using Kind = MultipartReader::Event::Kind;
    MultipartReader reader("b", limits);
    Outcome outcome;
    std::string buffer;
    while (true) {
        std::string_view input = buffer;
        MultipartReader::Event event;
        while ((event = reader.next(input)).kind != Kind::NeedMore) {
            if (event.kind == Kind::Error) {
                outcome.status = event.error.status;
                CHECK(reader.next(input).error.status == outcome.status);
                return outcome;
            }
            if (event.kind == Kind::End) return outcome;
            if (event.kind == Kind::Part) {
                outcome.parts.emplace_back();
                for (const Field& field : reader.fields())
                    outcome.parts.back().head.append(field.name).append("=").append(field.value) +=
                        ";";
            }
            if (event.kind == Kind::Data) outcome.parts.back().content += event.data;
            if (event.kind == Kind::PartEnd) outcome.parts.back().ended = true;
        }
        CHECK(input.size() <= limits.part_head + 300);  // invariant 2
        buffer.erase(0, buffer.size() - input.size());
        if (body.empty()) break;
        const std::size_t size = std::min(body.size(), next_size());
        buffer += body.substr(0, size);
        body.remove_prefix(size);
    }
    if (!reader.finish()) outcome.status = reader.finish().error().status;
    return outcome;
}

/// Whole, byte by byte, and in seeded random pieces: always the same (invariant 1).
Outcome read_all_ways(std::string_view body, const MultipartLimits& limits = {}) {
    const Outcome whole = read(body, [] { return std::size_t{1} << 30; }, limits);
    CHECK(read(body, [] { return std::size_t{1}; }, limits) == whole);
    std::uint32_t seed = 1;
    for (int round = 0; round < 20; ++round)
        CHECK(read(
                  body,
                  [&] {
                      seed = seed * 1664525 + 1013904223;
                      return std::size_t{1} + (seed >> 28);
                  },
                  limits) == whole);
    return whole;
}

}  // namespace

TEST_CASE("MultipartReader: takes parts, fields and content apart (RFC 7578 4)") {
    const Outcome outcome = read_all_ways(
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type:  "
        "text/plain \r\n\r\nline\r\n--c\r\n\n-b\r\n--b--\r\n");
    CHECK(outcome == Outcome{{{"content-disposition=form-data; name=\"a\";", "1", true},
                              {"content-disposition=form-data; name=\"f\"; "
                               "filename=\"x\";content-type=text/plain;",
                               "line\r\n--c\r\n\n-b", true}}});
}

TEST_CASE("MultipartReader: lines may end in LF, a preamble and an epilogue are skipped (REQ-26)") {
    const Outcome outcome = read_all_ways(
        "This is\r\n--be careful\r\n--b \t\nX: y\n\none\ntwo\n--b\n\n\n--b--epilogue\n--b\n");
    CHECK(outcome == Outcome{{{"x=y;", "one\ntwo", true}, {"", "", true}}});
}

TEST_CASE("MultipartReader: what only looks like a delimiter is content (RFC 2046 5.1.1)") {
    const Outcome outcome =
        read_all_ways("--b\r\n\r\n\r\n--bb\r\n--b-\r\n--b x\r\r\r\n--b\r--b--\r\n--b--");
    CHECK(outcome == Outcome{{{"", "\r\n--bb\r\n--b-\r\n--b x\r\r\r\n--b\r--b--", true}}});
}

TEST_CASE("MultipartReader: parts may be empty, and there may be none (RFC 2046 5.1.1)") {
    CHECK(read_all_ways("--b\r\nA: b\r\n\r\n\r\n--b\r\n\r\n--b--") ==
          Outcome{{{"a=b;", "", true}, {"", "", true}}});
    CHECK(read_all_ways("--b--\r\n") == Outcome{});
    CHECK(read_all_ways("\r\n--b--") == Outcome{});
}

TEST_CASE("MultipartReader: a field may go on in the next line (RFC 2046 5.1)") {
    CHECK(read_all_ways("--b\r\nA: one\r\n  two\r\nB: three\n\tfour\r\n\r\n\r\n--b--")
              .parts[0]
              .head == "a=one    two;b=three \tfour;");
}

TEST_CASE("MultipartReader: a body that ends early is refused (REQ-25)") {
    for (const std::string_view body :
         {"", "text", "--b", "--b\r\n", "--b\r\nA: b\r\n", "--b\r\n\r\n", "--b\r\n\r\ntext",
          "--b\r\n\r\ntext\r\n--b", "--b\r\n\r\ntext\r\n--b-"}) {
        CAPTURE(body);
        CHECK(read_all_ways(body).status == 400);
    }
}

TEST_CASE("MultipartReader: fields that are none are refused (RFC 2046 5.1)") {
    CHECK(read_all_ways("--b\r\nno colon\r\n\r\n\r\n--b--").status == 400);
    CHECK(read_all_ways("--b\r\n: x\r\n\r\n\r\n--b--").status == 400);
    CHECK(read_all_ways("--b\r\nA : x\r\n\r\n\r\n--b--").status == 400);
}

TEST_CASE("MultipartReader: more parts or larger heads than allowed are 413 (REQ-33)") {
    const std::string_view two = "--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--";
    CHECK(read_all_ways(two, {.parts = 2}).status == 200);
    CHECK(read_all_ways(two, {.parts = 1}).status == 413);
    const std::string head = "--b\r\nA: " + std::string(100, 'x') + "\r\n\r\n\r\n--b--";
    CHECK(read_all_ways(head, {.part_head = 107}).status == 200);
    CHECK(read_all_ways(head, {.part_head = 60}).status == 413);
    for (ByteCount limit = 95; limit < 115; ++limit)  // one answer, however it arrives
        (void)read_all_ways(head, {.part_head = limit});
    CHECK(read_all_ways("--b\r\n" + std::string(500, 'x'), {.part_head = 100}).status == 413);
}

TEST_CASE("multipart_boundary: only of multipart types, at most 70 characters (RFC 2046 5.1.1)") {
    CHECK(multipart_boundary("multipart/form-data; boundary=abc") == "abc");
    CHECK(multipart_boundary("Multipart/Mixed; charset=x; boundary=\"a b\"") == "a b");
    CHECK_FALSE(multipart_boundary("multipart/form-data"));
    CHECK_FALSE(multipart_boundary("multipart/form-data; boundary=\"\""));
    CHECK_FALSE(multipart_boundary("multipart/form-data; boundary=\"a \""));
    CHECK_FALSE(multipart_boundary("text/plain; boundary=abc"));
    CHECK(multipart_boundary("multipart/x; boundary=" + std::string(70, 'b')));
    CHECK_FALSE(multipart_boundary("multipart/x; boundary=" + std::string(71, 'b')));
}

// SPDX-License-Identifier: MIT
#include <pottle/http/content_disposition.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle::http;

TEST_CASE("parse_content_disposition: name and file name of a form's part (RFC 7578 4.2)") {
    const auto field = parse_content_disposition(R"(form-data; name="photo"; filename="a b.png")");
    REQUIRE(field);
    CHECK(field->type == "form-data");
    CHECK(field->name == "photo");
    CHECK(field->filename == "a b.png");
    CHECK_FALSE(parse_content_disposition("form-data")->name);
    CHECK(parse_content_disposition("Form-Data;NAME=x")->name == "x");
    CHECK(parse_content_disposition("form-data; name=\"\"")->name == "");
    CHECK_FALSE(parse_content_disposition(""));
    CHECK_FALSE(parse_content_disposition("; name=x"));
}

TEST_CASE("parse_content_disposition: quotes as browsers escape them (REQ-27)") {
    const auto name = [](std::string text) {
        return *parse_content_disposition("form-data; filename=" + text + "; name=n")->filename;
    };
    CHECK(name(R"("a\"b")") == "a\"b");
    CHECK(name(R"("a%22b")") == "a\"b");
    CHECK(name(R"("C:\temp\x.txt")") == R"(C:\temp\x.txt)");
    CHECK(name(R"("a;b")") == "a;b");
    CHECK(name("\"\xff\"") == "\xef\xbf\xbd");
}

TEST_CASE("parse_content_disposition: filename* wins over filename (RFC 6266 4.3)") {
    const auto name = [](std::string text) {
        return parse_content_disposition("attachment; " + text)->filename;
    };
    CHECK(name("filename*=UTF-8''na%C3%AFve.txt; filename=naive.txt") == "na\xc3\xafve.txt");
    CHECK(name("filename=a; filename*=iso-8859-1'en'%A3") == "\xc2\xa3");
    CHECK(name("filename=a; filename*=klingon''x") == "a");
    CHECK(name("filename=a; filename*=broken") == "a");
}

TEST_CASE("format_content_disposition: a token, or else quoted (FILE-4)") {
    CHECK(format_content_disposition("attachment", "menu.pdf") == "attachment; filename=menu.pdf");
    CHECK(format_content_disposition("inline", "my menu.pdf") ==
          "inline; filename=\"my menu.pdf\"");
    CHECK(format_content_disposition("attachment", "a\"\\\r\n") ==
          R"(attachment; filename="a\"\\__")");
}

TEST_CASE("format_content_disposition: other letters by RFC 8187 with an ASCII stand-in (FILE-4)") {
    CHECK(format_content_disposition("attachment", "na\xc3\xafve \xe2\x82\xac.txt") ==
          "attachment; filename=\"naive .txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt");
    for (const std::string text : {"x\xc3\xa9", "\xf0\x9f\x8d\xba", "a'b%20\"\xc3\xa9"}) {
        const auto back = parse_content_disposition(format_content_disposition("attachment", text));
        CHECK(back->filename == text);
    }
}

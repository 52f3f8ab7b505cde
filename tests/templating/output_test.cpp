// SPDX-License-Identifier: MIT
#include "output.hpp"

#include "same_name.hpp"

#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace pottle::templating;

namespace {

std::string escaped_by_character(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (EscapedBytes::contains(c)) {
            out += entity(c);
        } else {
            out += c;
        }
    }
    return out;
}

std::string written(std::string_view text) {
    Output output;
    output.append_escaped(text);
    return output.take();
}

}  // namespace

TEST_CASE("Output: escapes & < > ' \" wherever they stand and nothing else (TPL-2)") {
    for (int c = 0; c < 256; ++c) {
        for (std::size_t size = 1; size < 40; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'x');
                text[at] = static_cast<char>(c);
                REQUIRE(written(text) == escaped_by_character(text));
            }
        }
    }
    CHECK(written("<a href=\"x\">'&'</a>") ==
          "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST_CASE("Output: many texts of any size are one behind the other") {
    std::mt19937 random(7);
    Output output;
    std::string expected;
    for (std::size_t size = 0; size < 300; ++size) {
        std::string text(size, ' ');
        for (char& c : text) c = static_cast<char>(random());
        output.append(text);
        expected += text;
        output.append_escaped(text);
        expected += escaped_by_character(text);
        output.append(Value::integer(-12), true);
        expected += "-12";
        output.append(Value::markup("<b>"), true);
        expected += "<b>";
        REQUIRE(output.from(0) == expected);
    }
    CHECK(output.size() == expected.size());
    CHECK(output.take() == expected);
    CHECK(output.empty());
}

TEST_CASE("Output: what is truncated is gone, and writing goes on there") {
    Output output;
    output.append("kept");
    output.append(" and cut");
    CHECK(output.from(4) == " and cut");
    output.truncate(4);
    output.append(Value::real(0.5), false);
    CHECK(output.take() == "kept0.5");
}

TEST_CASE("same_name: names are equal when every byte is") {
    for (std::size_t size = 0; size < 40; ++size) {
        const std::string name(size, 'n');
        CHECK(same_name(name, std::string(size, 'n')));
        CHECK_FALSE(same_name(name, std::string(size + 1, 'n')));
        for (std::size_t at = 0; at < size; ++at) {
            std::string other = name;
            other[at] = 'm';
            CHECK_FALSE(same_name(name, other));
        }
    }
}

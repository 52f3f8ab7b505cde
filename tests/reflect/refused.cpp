// SPDX-License-Identifier: MIT
// What must not compile, one mistake for each value of CASE; tests/reflect/CMakeLists.txt holds the
// sentence that the compiler has to say.
#include <pottle/json/codec.hpp>
#include <pottle/reflect/constraints.hpp>
#include <pottle/reflect/decode_strings.hpp>

#include <variant>

using namespace pottle;

struct Good {
    int number = 0;
};
struct Mistake {
#if CASE == 1
    int numbers[3];
#elif CASE == 2
    std::string names[2];
#elif CASE == 3
    const char* text;
#elif CASE == 4
    int& reference;
#elif CASE == 5
    int flag : 3;
#elif CASE == 6
    union {
        int a;
        float b;
    } either;
#elif CASE == 7
    char letter = 'x';
#elif CASE == 8
    std::vector<bool> flags;
#elif CASE == 9
    std::variant<int, Good> shape;
#elif CASE == 10
    explicit Mistake(int) {}
#elif CASE == 11
private:
    int hidden = 0;
#elif CASE == 12
    void* anything = nullptr;
#elif CASE == 13
    Int<5, 1> number;
#elif CASE == 14
    Good nested;
#elif CASE == 15
    char letters[1];
#endif
};
struct Derived : Good {
    int more = 0;
};

void use() {
    std::string out;
#if CASE == 0
    json::encode(out, Good{});
#elif CASE == 14
    Mistake mistake;
    (void)reflect::decode_strings(mistake, {});
#elif CASE == 16
    json::encode(out, Derived{});
#else
    (void)reflect::table_of<Mistake>().object();
#endif
}

# Refuses compilers that cannot build Pottle, or a program with it. Reasons: docs/decisions/0001-compilers.md.

set(_pottle_compiler_hint
    "Install clang 19 (Debian 12 and 13: apt install clang-19) and pass -DCMAKE_CXX_COMPILER=clang++-19, "
    "or g++ 14 (Debian 13: apt install g++) and pass -DCMAKE_CXX_COMPILER=g++-14. "
    "Pottle's own presets set the compiler by themselves: cmake --preset dev.")
list(JOIN _pottle_compiler_hint "" _pottle_compiler_hint)

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Pottle needs clang 19 or newer; this is clang ${CMAKE_CXX_COMPILER_VERSION}, which lacks parts of C++23. "
    "${_pottle_compiler_hint}")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "Pottle needs g++ 14 or newer; this is g++ ${CMAKE_CXX_COMPILER_VERSION}, which miscompiles ordinary coroutine "
    "code (temporaries are freed twice). ${_pottle_compiler_hint}")
elseif(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang|GNU")
  message(FATAL_ERROR "Pottle is built with clang or g++; this is ${CMAKE_CXX_COMPILER_ID}. ${_pottle_compiler_hint}")
endif()

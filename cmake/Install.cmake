# The umbrella target, and what `cmake --install` leaves behind: headers, archives, a package for find_package(pottle)
# that finds its own dependencies, and pottle.pc.
include(CMakePackageConfigHelpers)

get_property(_pottle_libraries GLOBAL PROPERTY POTTLE_LIBRARIES)
add_library(pottle INTERFACE)
target_link_libraries(pottle INTERFACE ${_pottle_libraries})
add_library(pottle::pottle ALIAS pottle)

# What a library may name in LIBRARIES:
# target | how an installed package finds it | what pottle.pc says | Debian package
set(_pottle_third_party
  "Threads::Threads|find_dependency(Threads)|-pthread|"
  "spdlog::spdlog|find_dependency(spdlog)|-lspdlog|libspdlog-dev"
  "fmt::fmt|find_dependency(fmt)|-lfmt|libfmt-dev"
  "PkgConfig::re2|find_dependency(PkgConfig)\npkg_check_modules(re2 REQUIRED QUIET IMPORTED_TARGET re2)|-lre2|libre2-dev"
  "PkgConfig::argon2|find_dependency(PkgConfig)\npkg_check_modules(argon2 REQUIRED QUIET IMPORTED_TARGET libargon2)|-largon2|libargon2-dev"
  "simdjson::simdjson|find_dependency(simdjson)|-lsimdjson|libsimdjson-dev"
  "OpenSSL::SSL|find_dependency(OpenSSL 3.0)|-lssl|libssl-dev"
  "OpenSSL::Crypto|find_dependency(OpenSSL 3.0)|-lcrypto|libssl-dev"
  "ZLIB::ZLIB|find_dependency(ZLIB)|-lz|zlib1g-dev"
  "Boost::context|find_dependency(Boost CONFIG COMPONENTS context)|-lboost_context|libboost-context-dev"
  "PkgConfig::ngtcp2|find_dependency(PkgConfig)\npkg_check_modules(ngtcp2 REQUIRED QUIET IMPORTED_TARGET libngtcp2 libngtcp2_crypto_gnutls)|-lngtcp2_crypto_gnutls -lngtcp2|libngtcp2-crypto-gnutls-dev"
  "PkgConfig::nghttp3|find_dependency(PkgConfig)\npkg_check_modules(nghttp3 REQUIRED QUIET IMPORTED_TARGET libnghttp3)|-lnghttp3|libnghttp3-dev"
  "PkgConfig::gnutls|find_dependency(PkgConfig)\npkg_check_modules(gnutls REQUIRED QUIET IMPORTED_TARGET gnutls)|-lgnutls|libgnutls28-dev"
  "CLI11::CLI11|find_dependency(CLI11)||libcli11-dev")

# Archives are listed before what they use. Pottle is static only, so its own dependencies stand in Libs and not in
# Libs.private: a program needs them with and without --static.
set(_pottle_archives "")
set(_pottle_linked "")
foreach(library IN LISTS _pottle_libraries)
  get_target_property(type ${library} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(PREPEND _pottle_archives -l${library})
    get_target_property(linked ${library} LINK_LIBRARIES)
    list(FILTER linked EXCLUDE REGEX "^pottle_|pottle_flags")
    list(APPEND _pottle_linked ${linked})
  endif()
endforeach()
list(REMOVE_DUPLICATES _pottle_linked)

set(_pottle_find "")
set(_pottle_foreign "")
set(_pottle_packages "")
foreach(row IN LISTS _pottle_third_party)
  string(REPLACE "|" ";" row "${row}")
  list(POP_FRONT row target find flag package)
  if(target IN_LIST _pottle_linked)
    list(REMOVE_ITEM _pottle_linked ${target})
    list(APPEND _pottle_find ${find})
    list(APPEND _pottle_foreign ${flag})
    list(APPEND _pottle_packages ${package})
  endif()
endforeach()
if(_pottle_linked)
  message(FATAL_ERROR "cmake/Install.cmake does not know how an installed Pottle finds: ${_pottle_linked}")
endif()
list(REMOVE_DUPLICATES _pottle_find)
list(REMOVE_DUPLICATES _pottle_packages)
list(JOIN _pottle_find "\n" POTTLE_FIND_DEPENDENCIES)
list(JOIN _pottle_archives " " POTTLE_ARCHIVES)
list(JOIN _pottle_foreign " " POTTLE_FOREIGN_LIBRARIES)

option(POTTLE_INSTALL "Make the install target" ${PROJECT_IS_TOP_LEVEL})
if(NOT POTTLE_INSTALL)
  return()
endif()

set(_pottle_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pottle)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pottle DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS pottle ${_pottle_libraries} EXPORT pottleTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS pottle_template_compiler EXPORT pottleTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT pottleTargets NAMESPACE pottle:: DESTINATION ${_pottle_package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/pottleConfig.cmake.in
  ${PROJECT_BINARY_DIR}/pottleConfig.cmake INSTALL_DESTINATION ${_pottle_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pottleConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pottleConfig.cmake ${PROJECT_BINARY_DIR}/pottleConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/Compiler.cmake ${PROJECT_SOURCE_DIR}/cmake/PottleTemplates.cmake DESTINATION ${_pottle_package_dir})

file(RELATIVE_PATH POTTLE_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" POTTLE_PREFIX_FROM_PC "${POTTLE_PREFIX_FROM_PC}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/pottle.pc.in ${PROJECT_BINARY_DIR}/pottle.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pottle.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libpottle-dev RENAME copyright)

# cpack -G DEB in a release build makes libpottle-dev.
set(CPACK_PACKAGE_NAME libpottle-dev)
set(CPACK_PACKAGE_VENDOR "Pottle")
set(CPACK_PACKAGE_CONTACT "The Pottle authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
list(JOIN _pottle_packages ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES OFF)
include(CPack)

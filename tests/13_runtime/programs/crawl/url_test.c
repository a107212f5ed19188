/* url_test.c - addresses: RFC 3986, section 5.4 whole, and section 6.2. */
#include "../../../check.h"
#include "url.h"

/* ---- Resolving ---- */
static void resolves(const char *const pairs[][2], size_t n)
{
    char out[URL_SIZE];
    for (size_t i = 0; i < n; i++) {
        CHECK_INT(url_resolve("http://a/b/c/d;p?q", pairs[i][0], out,
                              sizeof out), 0);
        CHECK_STR(out, pairs[i][1]);
    }
}

#define RESOLVES(pairs) resolves(pairs, sizeof pairs / sizeof pairs[0])

TEST(normal_examples_of_section_5_4_1)
{
    static const char *const pairs[][2] = {
        { "g:h", "g:h" }, { "g", "http://a/b/c/g" },
        { "./g", "http://a/b/c/g" }, { "g/", "http://a/b/c/g/" },
        { "/g", "http://a/g" }, { "//g", "http://g" },
        { "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" },
        { "#s", "http://a/b/c/d;p?q#s" }, { "g#s", "http://a/b/c/g#s" },
        { "g?y#s", "http://a/b/c/g?y#s" }, { ";x", "http://a/b/c/;x" },
        { "g;x", "http://a/b/c/g;x" }, { "g;x?y#s", "http://a/b/c/g;x?y#s" },
        { "", "http://a/b/c/d;p?q" }, { ".", "http://a/b/c/" },
        { "./", "http://a/b/c/" }, { "..", "http://a/b/" },
        { "../", "http://a/b/" }, { "../g", "http://a/b/g" },
        { "../..", "http://a/" }, { "../../", "http://a/" },
        { "../../g", "http://a/g" }
    };
    RESOLVES(pairs);
}

TEST(abnormal_examples_of_section_5_4_2)
{
    static const char *const pairs[][2] = {
        { "../../../g", "http://a/g" }, { "../../../../g", "http://a/g" },
        { "/./g", "http://a/g" }, { "/../g", "http://a/g" },
        { "g.", "http://a/b/c/g." }, { ".g", "http://a/b/c/.g" },
        { "g..", "http://a/b/c/g.." }, { "..g", "http://a/b/c/..g" },
        { "./../g", "http://a/b/g" }, { "./g/.", "http://a/b/c/g/" },
        { "g/./h", "http://a/b/c/g/h" }, { "g/../h", "http://a/b/c/h" },
        { "g;x=1/./y", "http://a/b/c/g;x=1/y" },
        { "g;x=1/../y", "http://a/b/c/y" },
        { "g?y/./x", "http://a/b/c/g?y/./x" },
        { "g?y/../x", "http://a/b/c/g?y/../x" },
        { "g#s/./x", "http://a/b/c/g#s/./x" },
        { "g#s/../x", "http://a/b/c/g#s/../x" }, { "http:g", "http:g" }
    };
    RESOLVES(pairs);
}

TEST(dot_segments_of_section_5_2_4)
{
    char path[] = "/a/b/c/./../../g", other[] = "mid/content=5/../6";
    path[url_remove_dots(path, strlen(path))] = '\0';
    CHECK_STR(path, "/a/g");
    other[url_remove_dots(other, strlen(other))] = '\0';
    CHECK_STR(other, "mid/6");
}

TEST(a_base_without_a_path_has_a_root)
{
    char out[URL_SIZE];
    CHECK_INT(url_resolve("http://a", "g", out, sizeof out), 0);
    CHECK_STR(out, "http://a/g");
    CHECK_INT(url_resolve("http://a?q#f", "?y", out, sizeof out), 0);
    CHECK_STR(out, "http://a?y");
}

TEST(what_does_not_fit_is_refused)
{
    char out[12];
    CHECK_INT(url_resolve("http://a/", "bc", out, sizeof out), 0);
    CHECK_STR(out, "http://a/bc");
    CHECK_INT(url_resolve("http://a/", "bcd", out, sizeof out), E_VALUE);
}

/* ---- The parts ---- */
TEST(a_reference_has_five_parts)
{
    Reference it = url_parse("foo://example.com:8042/over?name=x#nose");
    CHECK(it.scheme.length == 3 && it.authority.length == 16);
    CHECK(it.path.length == 5 && it.query.length == 6);
    CHECK(it.fragment.length == 4);
    it = url_parse("urn:example:animal");
    CHECK(it.scheme.length == 3 && it.authority.at == NULL);
    it = url_parse("1a:b?");
    CHECK(it.scheme.at == NULL && it.path.length == 4);
    CHECK(it.query.at != NULL && it.query.length == 0);
}

/* ---- The normal form ---- */
static void becomes(const char *link, const char *wanted)
{
    Url url;
    CHECK_INT(url_make(&url, "http://a/b/c", link), 0);
    CHECK_STR(url.text, wanted);
}

TEST(what_means_the_same_becomes_the_same)
{
    becomes("HTTP://ExAmple.COM", "http://example.com/");
    becomes("http://example.com:80/", "http://example.com/");
    becomes("http://example.com:/x", "http://example.com/x");
    becomes("https://example.com:443/", "https://example.com/");
    becomes("https://example.com:80/", "https://example.com:80/");
    becomes("http://example.com:0080/", "http://example.com/");
    becomes("http://h/a/%2e%2E/b", "http://h/b");
    becomes("http://h/%7euser/%c3%a9%2f", "http://h/~user/%C3%A9%2F");
    becomes("http://me:secret@h/x", "http://h/x");
    becomes("http://h?q", "http://h/?q");
    becomes("http://h/?", "http://h/?");
    becomes("http://[::1]:8000/", "http://[::1]:8000/");
}

TEST(what_is_not_allowed_is_encoded)
{
    becomes("d e\"<>\\^`{|}", "http://a/b/d%20e%22%3C%3E%5C%5E%60%7B%7C%7D");
    becomes("\303\251", "http://a/b/%C3%A9");
    becomes("\033[2J", "http://a/b/%1B%5B2J");
    becomes("100%", "http://a/b/100%");
    becomes("%4", "http://a/b/%4");
    becomes("%zz%41", "http://a/b/%zzA");
}

TEST(blanks_around_a_link_and_line_ends_within_it_go)
{
    becomes(" \n d\r\n e\tf \n", "http://a/b/d%20ef");
    becomes("  ", "http://a/b/c");
}

TEST(a_fragment_is_apart)
{
    Url url;
    CHECK_INT(url_make(&url, "http://a/b", "c?d#e f"), 0);
    CHECK_STR(url.text, "http://a/c?d");
    CHECK_STR(url.target, "/c?d");
    CHECK_STR(url.fragment, "e%20f");
    CHECK_INT(url_make(&url, "http://a/b#x", "c"), 0);
    CHECK_PTR(url.fragment, NULL);
    CHECK_INT(url_make(&url, "http://a/b", "#"), 0);
    CHECK_STR(url.fragment, "");
}

TEST(a_host_has_three_forms)
{
    Url url;
    CHECK_INT(url_make(&url, "", "http://[::1]:8000/x"), 0);
    CHECK_STR(url.host, "::1");
    CHECK_STR(url.authority, "[::1]:8000");
    CHECK_INT(url.port, 8000);
    CHECK_INT(url_make(&url, "", "https://H"), 0);
    CHECK_STR(url.authority, "h");
    CHECK_INT(url.port, 443);
    CHECK(url.is_tls);
}

/* ---- What is none ---- */
TEST(malformed_addresses_are_refused)
{
    static const char *const links[] = {
        "http://", "http:///x", "http://[::1", "http://[::1]x/", "http://a:b/",
        "http://a:65536/", "http://a:0/", "http://a:99999999999/", "http:g",
        "http://a b/", "http://\303\251/", "http://[]/", "//a:-1/"
    };
    Url url;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        CHECK_INT(url_make(&url, "http://a/", links[i]), E_VALUE);
    CHECK_INT(url_make(&url, "", "no/scheme"), E_VALUE);
}

TEST(other_schemes_are_told_apart)
{
    Url url;
    CHECK_INT(url_make(&url, "http://a/", "mailto:a@b"), EPROTONOSUPPORT);
    CHECK_INT(url_make(&url, "http://a/", "javascript:x"), EPROTONOSUPPORT);
    CHECK_INT(url_make(&url, "http://a/", "ftp://b/"), EPROTONOSUPPORT);
}

TEST(the_longest_address_is_taken_and_a_longer_one_refused)
{
    char link[URL_SIZE + 10] = "http://a/";
    Url url;
    memset(link + 9, 'x', URL_SIZE);
    link[URL_SIZE - 2] = '\0';        /* with a NUL for the fragment, too */
    CHECK_INT(url_make(&url, "", link), 0);
    CHECK_STR(url.text, link);
    link[URL_SIZE - 2] = 'x';
    link[URL_SIZE - 1] = '\0';
    CHECK_INT(url_make(&url, "", link), E_VALUE);
    strcpy(link + 9, "%");
    for (size_t i = 0; i < 700; i++)
        strcat(link, " ");            /* three characters each */
    strcat(link, "x");
    CHECK_INT(url_make(&url, "", link), E_VALUE);
}

/* ---- To show and to compare ---- */
TEST(what_is_shown_controls_no_terminal)
{
    char out[8];
    url_show("\033[1m\n", out, sizeof out);
    CHECK_STR(out, "%1B[1m%");
}

TEST(decoding_leaves_what_is_no_escape)
{
    char text[] = "a%20b%2%00%zz%C3";
    url_decode(text);
    CHECK_STR(text, "a b%2%00%zz\303");
}

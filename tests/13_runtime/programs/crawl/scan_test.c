/* scan_test.c - the links of a page, whatever the page is. */
#include "../../../check.h"
#include "scan.h"

/* ---- What is found, as one line ---- */
static char found[4000];

static void note(void *arg, Found what, const char *text)
{
    static const char *const names[] = { "page", "file", "base", "name" };
    size_t n = strlen(found);
    snprintf(found + n, sizeof found - n, "%s%s:%s", n > 0 ? " " : "",
             names[what], text);
}

/* In memory of exactly this size, so that a step beyond it is seen. */
static void scan_bytes(const char *html, size_t length)
{
    char *copy = malloc(length + 1);
    CHECK(copy != NULL);
    memcpy(copy, html, length);
    copy[length] = '\0';
    found[0] = '\0';
    scan_html(copy, length, note, NULL);
    free(copy);
}

static void finds(const char *html, const char *wanted)
{
    scan_bytes(html, strlen(html));
    CHECK_STR(found, wanted);
}

/* ---- Tags and attributes ---- */
TEST(each_element_that_links)
{
    finds("<a href=1><area href=2><link href=3><img src=4><script src=5>"
          "</script><iframe src=6></iframe><source src=7><base href=8>"
          "<frame src=9><video src=10><audio src=11><track src=12>"
          "<embed src=13>",
          "page:1 page:2 file:3 file:4 file:5 page:6 file:7 base:8 "
          "page:9 file:10 file:11 file:12 file:13");
    finds("<p href=1><a src=2><input src=3><abbr href=4>", "");
}

TEST(attributes_with_any_quotes_or_none)
{
    finds("<a href=\"it's\"><a href='say \"x\"'><a href=plain/>"
          "<a  href\n=\t'spaced' ><a title='>' href=x><A HREF=up>",
          "page:it's page:say \"x\" page:plain/ page:spaced page:x page:up");
}

TEST(the_first_of_two_attributes_counts)
{
    finds("<a href=1 href=2 HREF=3>", "page:1");
}

TEST(odd_attributes_are_survived)
{
    finds("<a = href=1><a href><a href=><a \"' href=2><a/href=3/>"
          "<a b=c=d href=4><a href = '5'x=y id=i>",
          "page:1 page: page:2 page:3/ page:4 name:i page:5");
}

/* ---- Entities ---- */
TEST(entities_in_addresses_are_decoded)
{
    finds("<a href='?a=1&amp;b=2&#38;c&#x26;d&lt;&gt;&quot;&apos;'>",
          "page:?a=1&b=2&c&d<>\"'");
    finds("<a href='&#233;&#xe9;&#x20ac;&#x1F600;'>",
          "page:\303\251\303\251\342\202\254\360\237\230\200");
}

TEST(what_is_no_entity_stays)
{
    finds("<a href='?x&copy=1&amp&#;&#x;&#0;&#x110000;&'>",
          "page:?x&copy=1&amp&#;&#x;&#0;&#x110000;&");
}

/* ---- What is no markup ---- */
TEST(comments_hide_links)
{
    finds("<!-- <a href=1> --><a href=2><!--><a href=3><!---><a href=4>"
          "<!-- a --!><a href=5><!-- - -- <a href=6>-->",
          "page:2 page:3 page:4 page:5");
    finds("<!doctype html><?xml <a href=1>?><a href=2><!-- <a href=3>",
          "page:2");
}

TEST(scripts_and_their_kin_hide_links)
{
    finds("<script>'<a href=1>'</scripty></script ><a href=2>"
          "<style><a href=3></STYLE><a href=4><textarea><a href=5>"
          "</textarea/><title><a href=6></title><a href=7>",
          "page:2 page:4 page:7");
    finds("<script><a href=1>", "");
    finds("<script></script", "");
    finds("<noscript><img src=1></noscript>", "file:1");
}

TEST(end_tags_have_no_links)
{
    finds("</a href=1><a href=2></ a><a href=3></><a href=4>",
          "page:2 page:3 page:4");
}

TEST(a_sign_that_begins_no_tag_is_text)
{
    finds("a < b <a href=1> 1<2 <<a href=2> <3 <a href=3>",
          "page:1 page:2 page:3");
}

/* ---- Names, the base, hints, sets ---- */
TEST(ids_and_the_names_of_anchors_are_names)
{
    finds("<p id=a><a name=b><input name=c><a id='d&amp;' name=e href=f>",
          "name:a name:b name:d& page:f name:e");
}

TEST(hints_are_no_links)
{
    finds("<link rel=preconnect href=1><link rel='x DNS-prefetch' href=2>"
          "<link rel='stylesheet' href=3>", "file:3");
}

TEST(a_set_of_images)
{
    finds("<img srcset='a.png 1x, b.png 2x'><source srcset=' c.png , d,e.png"
          " 100w,f.png, '><img srcset=''><img srcset=' , ,'>",
          "file:a.png file:b.png file:c.png file:d,e.png file:f.png");
}

/* ---- Whatever comes ---- */
TEST(nul_bytes_are_survived)
{
    static const char html[] = "<a href=1>\0<a\0b href=2><a href=\"3\0x\">"
                               "<!--\0--><a href=4\0><script>\0</script>"
                               "<a href=5>";
    scan_bytes(html, sizeof html - 1);
    CHECK_STR(found, "page:1 page:3 page:4 page:5");
}

TEST(a_page_may_end_anywhere)
{
    static const char html[] =
        "<!-- c --><a href='x&amp;y' id=z>t</a><script src=s>q</script>"
        "<img srcset='a 1x,b'><!x><?y>&#x41;</p a='b'>";
    for (size_t n = 0; n < sizeof html; n++)
        scan_bytes(html, n);
    CHECK_STR(found, "name:z page:x&y file:s file:a file:b");
}

TEST(noise_is_survived)
{
    static const char alphabet[] = "<>/=!-'\"& ;#x\0asrchefipt\n";
    uint32_t state = 1;
    char html[300];
    for (int round = 0; round < 20000; round++) {
        for (size_t i = 0; i < sizeof html; i++) {
            state = state * 1664525u + 1013904223u;
            html[i] = alphabet[(state >> 16) % (sizeof alphabet - 1)];
        }
        scan_bytes(html, sizeof html);
    }
}

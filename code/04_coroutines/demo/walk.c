/* The keys of a tree in their order, one at a time: by a function turned inside
 * out, and by one that stops in the middle. */
#include "../../03_futures/demo/virtual.h"
#include "../coro.h"

/* ---- A tree ---- */
typedef struct Node {
    char key;
    struct Node *left, *right;
} Node;

static Node *insert(Node *tree, Node *node)
{
    if (tree == NULL)
        return node;
    if (node->key < tree->key)
        tree->left = insert(tree->left, node);
    else
        tree->right = insert(tree->right, node);
    return tree;
}

/* ---- From a text ---- */
enum { MOST = 64 };

/* Each letter is a key; their order makes the shape. */
static Node *plant(const char *keys)
{
    Node *tree = NULL;
    for (int i = 0; i < MOST && keys[i] != '\0'; i++) {
        Node *node = must_have(calloc(1, sizeof *node), "node");
        node->key = keys[i];
        tree = insert(tree, node);
    }
    return tree;
}

static void fell(Node *tree)
{
    if (tree == NULL)
        return;
    fell(tree->left);
    fell(tree->right);
    free(tree);
}

/* ---- Turned inside out ---- */
typedef struct Path {
    Node *nodes[MOST];    /* whose left sides we are in */
    int length;
} Path;

static void go_left(Path *path, Node *tree)
{
    for (; tree != NULL; tree = tree->left)
        path->nodes[path->length++] = tree;
}

/* 0: there are no more. */
static char next_key(Path *path)
{
    if (path->length == 0)
        return 0;
    Node *node = path->nodes[--path->length];
    go_left(path, node->right);
    return node->key;
}

/* ---- As it is meant ---- */
static void walk(Node *tree)
{
    if (tree == NULL)
        return;
    walk(tree->left);
    coro_yield((Value){ .i = tree->key });
    walk(tree->right);
}

static int walk_all(void *tree, Value *result)
{
    walk(tree);
    return 0;
}

/* ---- Both, printed ---- */
static const Value nothing = { .p = NULL };

static Coro *walker(Node *tree)
{
    return must_have(coro_new(walk_all, tree, 0), "coroutine");
}

static void print_keys(Node *tree)
{
    Path path = { .length = 0 };
    printf("inside out:");
    go_left(&path, tree);
    for (char key; (key = next_key(&path)) != 0; )
        printf(" %c", key);
    printf("\nas meant:  ");
    Coro *coro = walker(tree);
    for (Value key; coro_resume(coro, nothing, &key); )
        printf(" %c", (char)key.i);
    printf("\n");
    coro_free(coro);
}

/* ---- Two at once ---- */
static void compare(Node *left, Node *right)
{
    Coro *a = walker(left), *b = walker(right);
    Value x = nothing, y = nothing;
    int same = -1;
    bool has_x, has_y;
    do {
        same++;
        has_x = coro_resume(a, nothing, &x);
        has_y = coro_resume(b, nothing, &y);
    } while (has_x && has_y && x.i == y.i);
    printf("the first %d keys are the same%s\n", same,
           has_x || has_y ? ", then they differ" : ", and there are no more");
    coro_free(a);
    coro_free(b);
}

int main(int argc, char **argv)
{
    Node *left = plant(argc > 1 ? argv[1] : "dbfaceg");
    Node *right = plant(argc > 2 ? argv[2] : "abcdefg");
    print_keys(left);
    print_keys(right);
    compare(left, right);
    fell(left);
    fell(right);
    return 0;
}

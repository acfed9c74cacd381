/* version.c - see version.h. */
#include "config.h"
#include "src/cli/version.h"

#include <string.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#ifdef HAVE_LIBZIP
#include <zip.h>
#endif

#include "src/base/real.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/ui/terminal.h"

/* There when the CBLAS is OpenBLAS, which may be exchanged at run time. */
extern const char *openblas_get_config(void) __attribute__((weak));
extern const char *openblas_get_corename(void) __attribute__((weak));

const char *version_cblas_config(void)
{
	return openblas_get_config ? openblas_get_config() : NULL;
}

const char *version_cblas_core(void)
{
	return openblas_get_corename ? openblas_get_corename() : NULL;
}

void version_compiler(char *into, size_t size)
{
#ifdef __clang__
	const char *compiler = "";      /* it names itself in its version */
#else
	const char *compiler = "gcc ";
#endif

	snprintf(into, size, "%s%s,%s", compiler, __VERSION__, RY_BUILD_FLAGS);
}

/* "OpenBLAS 0.3.21, kernels for SkylakeX": the first two words of its configuration are enough. */
static void name_cblas(char *into, size_t size)
{
	const char *config = version_cblas_config(), *core = version_cblas_core();
	const char *end = config ? strchr(config, ' ') : NULL;

	end = end ? strchr(end + 1, ' ') : NULL;
	if (!config && !core)
		snprintf(into, size, "%s", RY_CBLAS_NAME);
	else
		snprintf(into, size, "%.*s, kernels for %s",
		         config ? (int)(end ? end - config : (long)strlen(config)) : 8,
		         config ? config : "OpenBLAS", core ? core : "?");
}

/* The widest vectors that our own loops were compiled for. */
static const char *vectors(void)
{
#if defined(__AVX512F__)
	return "AVX-512";
#elif defined(__AVX2__)
	return "AVX2";
#elif defined(__AVX__)
	return "AVX";
#elif defined(__SSE2__)
	return "SSE2";
#elif defined(__ARM_NEON)
	return "NEON";
#else
	return "none";
#endif
}

static const char *libzip(void)
{
#ifdef HAVE_LIBZIP
	return zip_libzip_version();
#else
	return NULL;
#endif
}

struct library {
	const char *name, *version;      /* NULL: not built in */
};

enum { LIBRARIES = 4 };

static void find_libraries(struct library library[LIBRARIES])
{
	library[0] = (struct library){ "GSL", gsl_version };
	library[1] = (struct library){ "jansson", jansson_version_str() };
	library[2] = (struct library){ "ncurses", terminal_library() };
	library[3] = (struct library){ "libzip", libzip() };
}

void version_print(FILE *to)
{
	struct library library[LIBRARIES];
	char cblas[200], compiler[600];

	name_cblas(cblas, sizeof cblas);
	version_compiler(compiler, sizeof compiler);
	find_libraries(library);
	out(to, "riley %s\n", PACKAGE_VERSION);
	out(to, "precision  %s\nCBLAS      %s\nvectors    %s\ncompiler   %s\nlibraries  ",
	    RY_REAL_NAME, cblas, vectors(), compiler);
	for (int k = 0; k < LIBRARIES; k++) {
		out(to, k ? ", " : "");
		if (library[k].version)
			out(to, "%s %s", library[k].name, library[k].version);
		else
			out(to, "no %s", library[k].name);
	}
	out(to, "\nLicense GPL-3.0-or-later. There is no warranty, to the extent permitted by "
	        "law.\n");
}

static json_t *text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

enum ry_status version_json(FILE *to)
{
	struct library library[LIBRARIES];
	const char *config = version_cblas_config(), *core = version_cblas_core();
	char compiler[600];
	json_t *o, *libraries = json_object();

	version_compiler(compiler, sizeof compiler);
	find_libraries(library);
	for (int k = 0; k < LIBRARIES; k++)
		json_object_set_new(libraries, library[k].name, text_json(library[k].version));
	o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:o}", "version", PACKAGE_VERSION,
	              "real", RY_REAL_NAME, "cblas", config || core ? "OpenBLAS" : RY_CBLAS_NAME,
	              "cblas_config", text_json(config), "cblas_core", text_json(core), "vectors",
	              vectors(), "compiler", compiler, "libraries", libraries);
	return answer_json(to, o, JSON_INDENT(2), "the version");
}

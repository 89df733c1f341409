/*
 * What one core can do: multiply-adds alone, and a 6×16 register tile that reads from the first-level cache.
 * gcc -O3 -mavx2 -mfma -o peak peak.c && ./peak
 */
#include <immintrin.h>
#include <stdio.h>
#include <time.h>

enum { DEPTH = 384, ROWS = 6, COLUMNS = 16, ROUNDS = 7 };
static float a[ROWS * DEPTH], b[COLUMNS * DEPTH], c[ROWS * COLUMNS];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

__attribute__((noinline)) static void tile(void) {
  __m256 sums[ROWS][2] = {0};
  for (int k = 0; k < DEPTH; k++) {
    __m256 b0 = _mm256_loadu_ps(b + k * COLUMNS), b1 = _mm256_loadu_ps(b + k * COLUMNS + 8);
    for (int row = 0; row < ROWS; row++) {
      __m256 x = _mm256_broadcast_ss(a + row * DEPTH + k);
      sums[row][0] = _mm256_fmadd_ps(x, b0, sums[row][0]);
      sums[row][1] = _mm256_fmadd_ps(x, b1, sums[row][1]);
    }
  }
  for (int i = 0; i < ROWS * 2; i++) _mm256_storeu_ps(c + i * 8, sums[i / 2][i % 2]);
}

__attribute__((noinline)) static float multiplyAdds(long count) {
  __m256 sums[12], x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(1);
  for (int i = 0; i < 12; i++) sums[i] = _mm256_set1_ps(i);
  while (count--) {
    for (int i = 0; i < 12; i++) sums[i] = _mm256_fmadd_ps(sums[i], x, y);
    __asm__ volatile("" : : "x"(sums[0]));
  }
  float total = 0;
  for (int i = 0; i < 12; i++) total += sums[i][0];
  return total;
}

int main(void) {
  double tiles = 0, adds = 0;
  float used = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int i = 0; i < 60000; i++) tile();
    double rate = 60000.0 * 2 * ROWS * COLUMNS * DEPTH / (now() - start) / 1e9;
    if (rate > tiles) tiles = rate;
    start = now();
    used += multiplyAdds(40000000);
    rate = 40000000.0 * 12 * 16 / (now() - start) / 1e9;
    if (rate > adds) adds = rate;
  }
  printf("multiply-adds %.1f GFLOP/s, 6x16 tile %.1f GFLOP/s (best of %d; %g)\n", adds, tiles, ROUNDS, used + c[0]);
}

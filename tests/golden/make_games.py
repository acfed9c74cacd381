"""A second implementation of the games, and recorded streams with its answers.

    python3 tests/golden/make_games.py GAME STEPS SEED STREAM ANSWERS [key=value ...]

plays STEPS steps and writes the records for `riley rl drive` to STREAM and the expected answers to
ANSWERS.  It is written from the rules alone and in a different style (cells as sets of coordinates, things as
objects, nothing packed), so that a mistake is unlikely to be made twice.  A game is a class with the name of
the game: space_invaders is SpaceInvaders.

    riley rl games --json | python3 tests/golden/make_games.py streams

prints the streams that the games list, a line each: name, game, planes or numbers, steps, seed, options.  tests/golden/games/
holds them, made by tests/golden/make_games.sh; the checksums of the answers stand beside them.

The policy looks one step ahead on a copy of the game and avoids the end where it can, so that the streams
reach the later parts of the games; some draws are picked at the thresholds that rules compare with.
"""
import copy
import json
import math
import random
import sys

HALF, THIRD, TWO_THIRDS, TENTH, QUARTER = 2147483648, 1431655766, 2863311531, 429496730, 1073741824
EDGES = [0, 1, TENTH - 1, TENTH, QUARTER - 1, QUARTER, THIRD - 1, THIRD, TWO_THIRDS - 1, TWO_THIRDS,
         HALF - 1, HALF + 1, 2**32 - 1]


class Source:
    """Draws random numbers, and remembers those of the current record."""

    def __init__(self, seed):
        self.random, self.drawn = random.Random(seed), []

    def __call__(self):
        edge = self.random.random() < 0.1
        k = self.random.choice(EDGES) if edge else self.random.getrandbits(32)
        k += k == HALF
        self.drawn.append(k)
        return k

    def whole(self, a, b):
        return a + self() * (b - a + 1) // 2**32

    def record(self):
        text = "".join("%08x" % k for k in self.drawn) or "-"
        self.drawn = []
        return text


def inside(x):
    return 0 <= x <= 9


def clamp(v, low, high):
    return min(max(v, low), high)


N, L, U, R, D, F = range(6)


class Game:
    """The base class.  A careful policy avoids actions that end the game at once."""
    endless, careful = False, False


class Board(Game):
    """The base class of the five 10 x 10 games."""
    size, actions, has_ramp = 100, 6, False
    width, careful = 10, True

    def __init__(self, sticky=0.1, ramping=1):
        self.sticky, self.ramping, self.previous, self.over = sticky, ramping, N, True

    def step(self, action, draw):
        if draw() / 2**32 < self.sticky:
            action = self.previous
        self.previous, self.reward = action, 0
        if not self.over:
            self.play(action, draw)
        return "A %d %d %d %s" % (action, self.reward, self.over, self.picture())

    def reset(self, draw):
        self.over = False
        self.begin(draw)
        return "R " + self.picture()

    def picture(self):
        planes = []
        for cells in self.planes():
            n = sum(1 << (self.size - 1 - (self.width * y + x)) for x, y in set(cells))
            pad = -self.size % 4
            planes.append("%0*x" % ((self.size + 3) // 4, n << pad))
        return "%s %s" % (self.level if self.has_ramp else "-", ".".join(planes))

    def sideways(self, x, action):
        return clamp(x + {L: -1, R: 1}.get(action, 0), 0, 9)


class Thing:
    def __init__(self, **fields):
        self.__dict__.update(fields)


class Asterix(Board):
    has_ramp = True

    def begin(self, draw):
        self.px = self.py = 5
        self.slots = [None] * 8
        self.spawn_every = self.spawn_in = 10
        self.move_every = self.move_in = 5
        self.ramp_in, self.level = 100, 0

    def contact(self, row):
        thing = self.slots[row - 1]
        if thing and (thing.x, row) == (self.px, self.py):
            if thing.gold:
                self.slots[row - 1] = None
                self.reward += 1
            else:
                self.over = True

    def play(self, action, draw):
        if self.spawn_in == 0:
            step = 1 if draw() < HALF else -1
            gold = draw() < THIRD
            free = [i for i in range(8) if self.slots[i] is None]
            if free:
                where = free[draw.whole(0, len(free) - 1)]
                self.slots[where] = Thing(x=0 if step > 0 else 9, dx=step, gold=gold)
            self.spawn_in = self.spawn_every
        self.px = self.sideways(self.px, action)
        self.py = clamp(self.py + {U: -1, D: 1}.get(action, 0), 1, 8)
        for row in range(1, 9):
            self.contact(row)
        if self.move_in == 0:
            self.move_in = self.move_every
            for row in range(1, 9):
                thing = self.slots[row - 1]
                if thing is None:
                    continue
                thing.x += thing.dx
                if inside(thing.x):
                    self.contact(row)
                else:
                    self.slots[row - 1] = None
        self.spawn_in -= 1
        self.move_in -= 1
        if self.ramping and (self.spawn_every > 1 or self.move_every > 1):
            if self.ramp_in >= 0:
                self.ramp_in -= 1
            else:
                if self.move_every > 1 and self.level % 2:
                    self.move_every -= 1
                if self.spawn_every > 1:
                    self.spawn_every -= 1
                self.level += 1
                self.ramp_in = 100

    def planes(self):
        there = [(t, i + 1) for i, t in enumerate(self.slots) if t]
        return ([(self.px, self.py)], [(t.x, y) for t, y in there if not t.gold],
                [(t.x - t.dx, y) for t, y in there if inside(t.x - t.dx)], [(t.x, y) for t, y in there if t.gold])

    def wish(self, chance):
        gold = [(abs(t.x - self.px) + abs(i + 1 - self.py), t.x, i + 1) for i, t in enumerate(self.slots) if t and t.gold]
        if not gold or chance.random() < 0.3:
            return chance.randrange(6)
        _, x, y = min(gold)
        return L if x < self.px else R if x > self.px else U if y < self.py else D


class Breakout(Board):
    moves = {0: (-1, -1), 1: (1, -1), 2: (1, 1), 3: (-1, 1)}
    H, V, HV = {0: 1, 1: 0, 2: 3, 3: 2}, {0: 3, 3: 0, 1: 2, 2: 1}, {0: 2, 2: 0, 1: 3, 3: 1}
    wall = {(x, y) for x in range(10) for y in (1, 2, 3)}

    def begin(self, draw):
        side = draw.whole(0, 1)
        self.ball = self.last = (9, 3) if side else (0, 3)
        self.direction = 3 if side else 2
        self.paddle, self.bricks, self.strike = 4, set(self.wall), False

    def play(self, action, draw):
        self.paddle = self.sideways(self.paddle, action)
        self.last = bx, by = self.ball
        dx, dy = self.moves[self.direction]
        nx, ny, struck = bx + dx, by + dy, False
        if not inside(nx):
            nx = clamp(nx, 0, 9)
            self.direction = self.H[self.direction]
        if ny < 0:
            ny = 0
            self.direction = self.V[self.direction]
        elif (nx, ny) in self.bricks:
            struck = True
            if not self.strike:
                self.reward += 1
                self.strike = True
                self.bricks.remove((nx, ny))
                ny = by
                self.direction = self.V[self.direction]
        elif ny == 9:
            if not self.bricks:
                self.bricks = set(self.wall)
            if bx == self.paddle:
                self.direction = self.V[self.direction]
                ny = by
            elif nx == self.paddle:
                self.direction = self.HV[self.direction]
                ny = by
            else:
                self.over = True
        if not struck:
            self.strike = False
        self.ball = nx, ny

    def planes(self):
        return [(self.paddle, 9)], [self.ball], [self.last], self.bricks

    def wish(self, chance):
        x = self.ball[0] + (0 if chance.random() < 0.6 else self.moves[self.direction][0])
        if chance.random() < 0.01:
            return chance.randrange(6)
        return N if x == self.paddle else L if x < self.paddle else R


class Freeway(Board):
    careful = False

    def randomise(self, draw):
        speeds = [draw.whole(1, 5) for _ in range(8)]
        left = [draw() < HALF for _ in range(8)]
        for car, speed, to_left in zip(self.cars, speeds, left):
            car.v, car.timer = -speed if to_left else speed, speed

    def begin(self, draw):
        self.cars = [Thing(x=0, y=y) for y in range(1, 9)]
        self.randomise(draw)
        self.row, self.wait, self.left = 9, 3, 2500

    def play(self, action, draw):
        if action in (U, D) and self.wait == 0:
            self.wait = 3
            self.row = max(0, self.row - 1) if action == U else min(9, self.row + 1)
        if self.row == 0:
            self.reward += 1
            self.randomise(draw)
            self.row = 9
        for car in self.cars:
            if (car.x, car.y) == (4, self.row):
                self.row = 9
            if car.timer == 0:
                car.timer = abs(car.v)
                car.x = (car.x + (1 if car.v > 0 else -1)) % 10
                if (car.x, car.y) == (4, self.row):
                    self.row = 9
            else:
                car.timer -= 1
        if self.wait > 0:
            self.wait -= 1
        self.left -= 1
        self.over = self.left < 0

    def planes(self):
        behind = [[] for _ in range(5)]
        for car in self.cars:
            behind[abs(car.v) - 1].append(((car.x + (-1 if car.v > 0 else 1)) % 10, car.y))
        return [[(4, self.row)], [(c.x, c.y) for c in self.cars]] + behind

    def wish(self, chance):
        return U if chance.random() < 0.9 else chance.randrange(6)


class Seaquest(Board):
    has_ramp = True

    def begin(self, draw):
        self.oxygen, self.count, self.x, self.y, self.right = 200, 0, 5, 0, False
        self.mine, self.theirs, self.fish, self.subs, self.divers = [], [], [], [], []
        self.enemy_every = self.enemy_in = 20
        self.diver_in, self.move_every, self.level, self.cooldown, self.surfaced = 30, 5, 0, 0, True

    def here(self, t):
        return (t.x, t.y) == (self.x, self.y)

    def shot(self, t):
        """Remove the oldest of the player's bullets on t; True if there was one."""
        for b in self.mine:
            if (b.x, b.y) == (t.x, t.y):
                self.mine.remove(b)
                self.reward += 1
                return True
        return False

    @staticmethod
    def go(t):
        t.x += 1 if t.right else -1
        return inside(t.x)

    def spawn_enemy(self, draw):
        right = draw() < HALF
        sub = draw() < THIRD
        y = draw.whole(1, 8)
        self.enemy_in = self.enemy_every
        if any(t.y == y and t.right != right for t in self.fish + self.subs):
            return
        t = Thing(x=0 if right else 9, y=y, right=right, wait=self.move_every, gun=10)
        (self.subs if sub else self.fish).append(t)

    def spawn_diver(self, draw):
        right = draw() < HALF
        self.divers.append(Thing(x=0 if right else 9, y=draw.whole(1, 8), right=right, wait=5))
        self.diver_in = 30

    def play(self, action, draw):
        if self.enemy_in == 0:
            self.spawn_enemy(draw)
        if self.diver_in == 0:
            self.spawn_diver(draw)
        if action == F and self.cooldown == 0:
            self.mine.append(Thing(x=self.x, y=self.y, right=self.right))
            self.cooldown = 5
        elif action in (L, R):
            self.x, self.right = self.sideways(self.x, action), action == R
        elif action in (U, D):
            self.y = clamp(self.y + (1 if action == D else -1), 0, 8)
        for b in self.mine[::-1]:
            if not self.go(b):
                self.mine.remove(b)
                continue
            for targets in (self.fish, self.subs):
                hit = [t for t in targets if (t.x, t.y) == (b.x, b.y)]
                if hit:
                    targets.remove(hit[0])
                    self.mine.remove(b)
                    self.reward += 1
                    break
        for t in self.divers[::-1]:
            if self.here(t) and self.count < 6:
                self.count += 1
                self.divers.remove(t)
            elif t.wait == 0:
                t.wait = 5
                if not self.go(t):
                    self.divers.remove(t)
                elif self.here(t) and self.count < 6:
                    self.count += 1
                    self.divers.remove(t)
            else:
                t.wait -= 1
        self.swim(self.subs, True)
        for b in self.theirs[::-1]:
            if self.here(b):
                self.over = True
            if not self.go(b):
                self.theirs.remove(b)
            elif self.here(b):
                self.over = True
        self.swim(self.fish, False)
        self.enemy_in = max(0, self.enemy_in - 1)
        self.diver_in = max(0, self.diver_in - 1)
        self.cooldown = max(0, self.cooldown - 1)
        if self.oxygen <= 0:
            self.over = True
        if self.y > 0:
            self.oxygen -= 1
            self.surfaced = False
        elif not self.surfaced:
            if self.count == 0:
                self.over = True
            else:
                self.surface()

    def swim(self, enemies, armed):
        for t in enemies[::-1]:
            if self.here(t):
                self.over = True
            if t.wait == 0:
                t.wait = self.move_every
                if not self.go(t):
                    enemies.remove(t)
                elif self.here(t):
                    self.over = True
                elif self.shot(t):
                    enemies.remove(t)
            else:
                t.wait -= 1
            if armed:
                if t.gun == 0:
                    t.gun = 10
                    self.theirs.append(Thing(x=t.x, y=t.y, right=t.right))
                else:
                    t.gun -= 1

    def surface(self):
        self.surfaced = True
        if self.count == 6:
            self.count = 0
            self.reward += self.oxygen * 10 // 200
        self.oxygen = 200
        self.count -= 1
        if self.ramping and (self.enemy_every > 1 or self.move_every > 2):
            if self.move_every > 2 and self.level % 2 == 1:
                self.move_every -= 1
            if self.enemy_every > 1:
                self.enemy_every -= 1
            self.level += 1

    def planes(self):
        def at(things):
            return [(t.x, t.y) for t in things]

        def back(t):
            return t.x - 1 if t.right else t.x + 1
        trail = [(back(t), t.y) for t in self.fish + self.subs + self.divers if inside(back(t))]
        oxygen = [(x, 9) for x in range(max(0, self.oxygen) * 10 // 200)]
        crew = [(x, 9) for x in range(9 - self.count, 9)]
        return ([(self.x, self.y)], [(back(Thing(x=self.x, right=self.right)), self.y)], at(self.mine), trail,
                at(self.theirs), at(self.fish), at(self.subs), oxygen, crew, at(self.divers))

    def wish(self, chance):
        if chance.random() < 0.3:
            return chance.choice((F, F, chance.randrange(6)))
        if self.count < 0 and chance.random() < 0.7:
            return D if self.y == 0 else U
        if self.count == 6 or (self.oxygen < 30 and self.count):
            return U
        if not self.divers:
            return chance.randrange(6) if self.y > 1 else D
        t = min(self.divers, key=lambda t: abs(t.x - self.x) + abs(t.y - self.y))
        return U if t.y < self.y else D if t.y > self.y else L if t.x < self.x else R


class SpaceInvaders(Board):
    has_ramp = True
    wave = {(x, y) for x in range(2, 8) for y in range(4)}

    def begin(self, draw):
        self.p, self.mine, self.theirs, self.aliens = 5, set(), set(), set(self.wave)
        self.dx, self.every, self.move_in, self.gun, self.cooldown, self.level = -1, 12, 12, 10, 0, 0

    def play(self, action, draw):
        if action == F and self.cooldown == 0:
            self.mine.add((self.p, 9))
            self.cooldown = 5
        self.p = self.sideways(self.p, action)
        cannon = (self.p, 9)
        self.mine = {(x, y - 1) for x, y in self.mine if y > 0}
        self.theirs = {(x, y + 1) for x, y in self.theirs if y < 9}
        if cannon in self.theirs or cannon in self.aliens:
            self.over = True
        if self.move_in == 0:
            self.move_in = min(len(self.aliens), self.every)
            if any(x == (0 if self.dx < 0 else 9) for x, _ in self.aliens):
                self.dx = -self.dx
                if any(y == 9 for _, y in self.aliens):
                    self.over = True
                self.aliens = {(x, (y + 1) % 10) for x, y in self.aliens}
            else:
                self.aliens = {(x + self.dx, y) for x, y in self.aliens}
            if cannon in self.aliens:
                self.over = True
        if self.gun == 0:
            self.gun = 10
            _, column = min((abs(x - self.p), x) for x, _ in self.aliens)
            self.theirs.add((column, max(y for x, y in self.aliens if x == column)))
        both = self.aliens & self.mine
        self.aliens -= both
        self.mine -= both
        self.reward += len(both)
        self.cooldown = max(0, self.cooldown - 1)
        self.move_in -= 1
        self.gun -= 1
        if not self.aliens:
            if self.every > 6 and self.ramping:
                self.every -= 1
                self.level += 1
            self.aliens = set(self.wave)

    def planes(self):
        return ([(self.p, 9)], self.aliens, self.aliens if self.dx < 0 else [], self.aliens if self.dx > 0 else [],
                self.mine, self.theirs)

    def wish(self, chance):
        r = chance.random()
        if r < 0.5:
            return F
        if r < 0.6:
            return chance.randrange(6)
        x = min((abs(x - self.p), x) for x, _ in self.aliens)[1]
        return L if x < self.p else R


class Unsticky(Board):
    careful = False

    def __init__(self):
        Board.__init__(self)

    def step(self, action, draw):
        self.reward = 0
        if not self.over:
            self.play(action, draw)
        return "A %d %d %d %s" % (action, self.reward, self.over, self.picture())


class Lake(Unsticky):
    actions = 4

    def __init__(self, slippery=1):
        Unsticky.__init__(self)
        self.slippery = slippery

    def begin(self, draw):
        self.at, self.steps = (0, 0), 0

    def play(self, action, draw):
        if self.slippery:
            k = draw()
            action = [(action - 1) % 4, action, (action + 1) % 4][0 if k < THIRD else 1 if k < TWO_THIRDS else 2]
        dx, dy = [(-1, 0), (0, 1), (1, 0), (0, -1)][action]
        last = self.width - 1
        self.at = x, y = clamp(self.at[0] + dx, 0, last), clamp(self.at[1] + dy, 0, last)
        self.steps += 1
        what = self.rows[y][x]
        self.reward = int(what == "G")
        self.over = 1 if what in "GH" else 2 if self.steps == self.limit else 0

    def planes(self):
        cells = [(x, y) for y in range(self.width) for x in range(self.width)]
        return ([self.at], [(x, y) for x, y in cells if self.rows[y][x] == "H"],
                [(x, y) for x, y in cells if self.rows[y][x] == "G"])

    def wish(self, chance):
        return chance.choice((0, 1, 1, 2, 2, 3))


class Lake4(Lake):
    width, size, limit, rows = 4, 16, 100, "SFFF FHFH FFFH HFFG".split()


class Lake8(Lake):
    width, size, limit = 8, 64, 200
    rows = "SFFFFFFF FFFFFFFF FFFHFFFF FFFFFHFF FFFHFFFF FHHFFFHF FHFFHFHF FFFHFFFG".split()


class Catch(Unsticky):
    actions, width, size = 3, 5, 50

    def begin(self, draw):
        self.ball, self.paddle = (draw.whole(0, 4), 0), 2

    def play(self, action, draw):
        self.paddle = clamp(self.paddle + action - 1, 0, 4)
        x, y = self.ball
        self.ball = x, y + 1
        if y + 1 == 9:
            self.over, self.reward = True, 1 if x == self.paddle else -1

    def planes(self):
        return [[self.ball, (self.paddle, 9)]]

    def wish(self, chance):
        return chance.randrange(3)


class Eyes(Game):
    """Points are complex numbers: x + iy."""
    actions, endless = 5, True
    corners = [(10, 10, 690, 490, "trbl"), (100, 100, 300, 400, "trb"), (400, 100, 600, 400, "trb")]
    wheels = [(1, 1), (0.8, 1), (1, 0.8), (0.5, 0), (0, 0.5)]

    def __init__(self, corrected=0):
        self.corrected, self.walls = corrected, []
        for x1, y1, x2, y2, sides in self.corners:
            a, b, c, d = complex(x1, y1), complex(x2, y1), complex(x2, y2), complex(x1, y2)
            self.walls += [{"t": (a, b), "r": (b, c), "b": (c, d), "l": (d, a)}[s] for s in sides]

    def begin(self, draw):
        self.at, self.angle, self.clock, self.items = 50 + 50j, 0.0, 0, []
        for _ in range(30):
            self.add(draw)

    def add(self, draw):
        x = 20 + 660 * (draw() / 2**32)
        y = 20 + 460 * (draw() / 2**32)
        self.items.append(Thing(at=complex(x, y), kind=1 if draw() < HALF else 2, age=0))

    @staticmethod
    def cross(a, b):
        return a.real * b.imag - a.imag * b.real

    def wall_share(self, p, q, wall):
        r, s = q - p, wall[1] - wall[0]
        parallel = self.cross(r, s)
        if parallel == 0:
            return None
        t = self.cross(wall[0] - p, s) / parallel
        u = self.cross(wall[0] - p, r) / parallel
        return t if 0 < t < 1 and 0 < u < 1 else None

    def blocked(self, p, q):
        return any(self.wall_share(p, q, w) is not None for w in self.walls)

    def item_share(self, p, q, centre):
        v = q - p
        n = complex(v.imag, -v.real) / abs(v)
        away = centre - p
        side = away.real * n.real + away.imag * n.imag
        d = abs(side)
        if d > 10:
            return None, None
        point = centre - side * n if self.corrected else centre + d * n
        if abs(v.real) > abs(v.imag):
            t = (point.real - p.real) / v.real
        else:
            t = (point.imag - p.imag) / v.imag
        return (t, point) if 0 < t < 1 else (None, None)

    def read(self):
        out = []
        for k in range(9):
            a = self.angle + (k - 3) * 0.25
            q = self.at + 85 * complex(math.sin(a), math.cos(a))
            hits = []
            for w in self.walls:
                t = self.wall_share(self.at, q, w)
                if t is not None:
                    hits.append((t, len(hits), 0, self.at + t * (q - self.at)))
            for item in self.items:
                t, point = self.item_share(self.at, q, item.at)
                if t is not None:
                    hits.append((t, len(hits), item.kind, point))
            if hits:
                _, _, kind, point = min(hits)
                out.append((kind, abs(point - self.at)))
            else:
                out.append((-1, 85.0))
        return out

    def step(self, action, draw):
        self.clock += 1
        eyes = self.read()
        w1, w2 = self.wheels[action]
        v = 5 * complex(math.cos(self.angle), -math.sin(self.angle))

        def turn(t):
            return complex(v.real * math.cos(t) + v.imag * math.sin(t), -v.real * math.sin(t) + v.imag * math.cos(t))
        new = self.at + (turn(-w1) - turn(w2)) / 2
        self.angle -= w1
        if self.angle < 0:
            self.angle += 2 * math.pi
        self.angle += w2
        if self.angle > 2 * math.pi:
            self.angle -= 2 * math.pi
        if self.blocked(self.at, new):
            new = self.at
        self.at = complex(clamp(new.real, 0, 700), clamp(new.imag, 0, 500))
        digestion, left = 0.0, []
        for item in self.items:
            item.age += 1
            gone = abs(item.at - self.at) < 20 and not self.blocked(self.at, item.at)
            if gone:
                digestion += 5 if item.kind == 1 else -6
            if item.age > 5000 and self.clock % 100 == 0 and draw() < TENTH:
                gone = True
            if not gone:
                left.append(item)
        self.items = left
        if len(self.items) < 30 and self.clock % 10 == 0 and draw() < QUARTER:
            self.add(draw)
        proximity = min(1, 2 * sum(d / 85 if kind == 0 else 1 for kind, d in eyes) / 9)
        forward = 0.1 * proximity if action == 0 and proximity > 0.75 else 0
        numbers = [proximity + forward + digestion, self.at.real, self.at.imag, self.angle]
        return "A %s %d %s" % (" ".join("%.12g" % x for x in numbers), len(self.items),
                               " ".join("%d:%.12g" % e for e in eyes))

    def wish(self, chance):
        return chance.choice((0, 0, 0, 0, 0, 0, 1, 2, 3, 4))


def class_of(name):
    return globals()["".join(word.capitalize() for word in name.split("_"))]


def choose(game, chance, source):
    """What the policy wishes, or, when that ends the game at once on a copy, something that does not."""
    wish = game.wish(chance)
    if not game.careful or chance.random() < 0.01:
        return wish
    for action in [wish] + chance.sample(range(game.actions), game.actions):
        trial = copy.deepcopy(game)
        trial.step(action, copy.deepcopy(source))
        if not trial.over:
            return action
    return wish


def play(name, steps, seed, stream, answers, options):
    game, source, chance = class_of(name)(**options), Source(seed), random.Random(seed + 1)
    stream.write("# game=%s%s\n" % (name, "".join(" %s=%g" % o for o in options.items())))
    if game.endless:
        game.begin(source)
        stream.write("I %s\n" % source.record())
    else:
        answers.write(game.reset(source) + "\n")
        stream.write("R %s\n" % source.record())
    after = 0
    for _ in range(steps):
        action = choose(game, chance, source)
        answers.write(game.step(action, source) + "\n")
        stream.write("A %d %s\n" % (action, source.record()))
        after = after + 1 if not game.endless and game.over else 0
        if after > 1 or (after and chance.random() < 0.8):
            answers.write(game.reset(source) + "\n")
            stream.write("R %s\n" % source.record())
            after = 0


def streams(answer):
    for game in answer["games"]:
        for s in game["streams"]:
            yield "%s %s %s %d %d %s" % (s["stream"], game["name"], game["observation"], s["steps"], s["seed"],
                                         s["options"])


if __name__ == "__main__":
    if sys.argv[1:] == ["streams"]:
        print("\n".join(streams(json.load(sys.stdin))))
        sys.exit()
    options = {k: float(v) if k == "sticky" else int(v) for k, v in (w.split("=") for w in sys.argv[6:])}
    with open(sys.argv[4], "w") as to, open(sys.argv[5], "w") as expect:
        play(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), to, expect, options)

"""Simulated weather of the demo: a plausible Paris basin, of no station and no real day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.demo.seed import stream
from pipeline.demo.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Weather:
    """One value a day of the timeline: highest temperature (°C), rain (mm), strongest wind (km/h)."""

    temp_max_c: NDArray[np.float64]
    rain_mm: NDArray[np.float64]
    wind_max_kmh: NDArray[np.float64]


def simulate_weather(clock: Timeline) -> Weather:
    """A yearly wave with persistent noise, wet and dry spells (a two-state Markov chain), and wind that rain brings."""
    draw = stream("weather")
    n = len(clock.days)
    of_year = np.array([day.timetuple().tm_yday for day in clock.days])
    noise = np.zeros(n)
    wet = np.zeros(n, dtype=bool)
    shocks, chances = draw.normal(0, 2.2, n), draw.random(n)
    for i in range(1, n):
        noise[i] = 0.7 * noise[i - 1] + shocks[i]
        wet[i] = chances[i] < (0.60 if wet[i - 1] else 0.28)
    mild = 15.5 - 9.5 * np.cos(2 * np.pi * (of_year - 20) / 365.25)
    rain = wet * (draw.gamma(0.9, 4.5, n) + 0.2)
    wind = draw.gamma(6.0, 4.0, n) + 1.1 * np.minimum(rain, 15)
    return Weather(
        temp_max_c=np.round(mild + noise - 1.5 * wet, 1),
        rain_mm=np.round(rain, 1),
        wind_max_kmh=np.round(wind, 0),
    )

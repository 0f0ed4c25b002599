"""No peak is lost where a trace has more points than the drawing has columns."""

from lims.web.decimated import Column, columns, edges, path


def test_a_peak_of_one_scan_stands_in_its_column() -> None:
    points = [0] * 9000
    points[4321] = 1500
    points[77] = -12
    drawn = columns(edges(range(9000), (0, 8999), 1000), points)
    assert len(drawn) == 1000
    assert [one for one in drawn if one.high] == [Column(480, 0, 1500)]
    assert [one.at for one in drawn if one.low < 0] == [8]


def test_what_lies_outside_of_the_sizes_is_not_drawn() -> None:
    cuts = edges([-1.0, 60.0, 460.0, 470.0], (60, 460), 10)
    assert columns(cuts, [9, 1, 2, 9]) == [Column(0, 1, 1), Column(9, 2, 2)]


def test_without_a_place_within_nothing_is_drawn() -> None:
    assert columns(edges([], (60, 460), 10), []) == []
    assert columns(edges([500.0], (60, 460), 10), [7]) == []


def test_a_path_goes_from_the_lowest_to_the_highest_point() -> None:
    assert path([Column(0, 0, 0), Column(1, 0, 100)], 200, 150) == "M0 150h1v-75"
    assert path([], 200, 150) == ""


def test_columns_of_one_height_are_one_stroke_and_begin_at_the_nearer_end() -> None:
    flat = [Column(at, 0, 0) for at in range(5)]
    falling = [Column(5, 100, 200), Column(6, 0, 100), Column(7, 0, 0)]
    assert path([*flat, *falling], 200, 150) == "M0 150h4l1-75v-75l1 75v75h1"

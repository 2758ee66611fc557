using Parley.Core.Sessions;

namespace Parley.Storage.Conformance;

/// <summary>Installations: ids, owners, numbering and marks.</summary>
public abstract class InstallationConformance : StoreConformance
{
    private const long First = 100;
    private const long Step = 1000;

    private static readonly CatchUpMarks Marks = new(new(1, 2), new(3, 4), new(5, 6), Seen: 9);

    [Fact]
    public async Task Ids_begin_at_1000_in_each_project_and_never_come_again()
    {
        Assert.Equal(new Installation(1000, 7, 1, 2, 3), await Store.Installations.AddAsync(Project, 7, 1, 2, 3, Token));
        Assert.Equal(1001, (await AddAsync(7)).Id);
        Assert.Equal(1000, (await Store.Installations.AddAsync(OtherProject, 7, 0, 0, 0, Token)).Id);
        await ReopenAsync();
        Assert.Equal(1002, (await AddAsync(8)).Id);

        Assert.Equal(new Installation(1000, 7, 1, 2, 3), await FindAsync(1000));
        Assert.Equal(new Installation(1002, 8, 0, 0, 0), await FindAsync(1002));
        Assert.Null(await FindAsync(999));
        Assert.Null(await FindAsync(1003));
        Assert.Null(await Store.Installations.FindAsync(OtherProject, 1001, Token));
    }

    [Fact]
    public async Task Many_at_once_get_ids_of_their_own()
    {
        var added = await Task.WhenAll(Enumerable.Range(1, 200).Select(user => AddAsync(user)));

        Assert.Equal(Enumerable.Range(1000, 200).Select(id => (long)id), added.Select(one => one.Id).Order());
        Assert.Equal(200, added.Select(one => one.UserId).Distinct().Count());
    }

    [Fact]
    public async Task An_id_that_somebody_brought_along_is_not_given()
    {
        Assert.Equal(new Installation(1000, 5, 0, 0, 0), await BindAsync(1000, 5));
        Assert.Equal(new Installation(1001, 5, 0, 0, 0), await BindAsync(1001, 5));
        Assert.Equal(new Installation(1, 5, 0, 0, 0), await BindAsync(1, 5));
        Assert.Equal(new Installation(long.MaxValue, 5, 0, 0, 0), await BindAsync(long.MaxValue, 5));
        await ReopenAsync();

        Assert.Equal(1002, (await AddAsync(7)).Id);
        Assert.Equal(5, (await FindAsync(1000))!.UserId);
    }

    [Fact]
    public async Task An_installation_of_another_user_changes_hands_without_its_marks_and_its_numbering_goes_on()
    {
        var id = (await Store.Installations.AddAsync(Project, 7, 1, 2, 3, Token)).Id;
        await SetAsync(id, Marks);
        Assert.Equal(100, await ReserveAsync(id, 0));

        Assert.Equal(new Installation(id, 7, 1, 2, 3), await BindAsync(id, 7));
        Assert.Equal(Marks, await GetAsync(id));
        Assert.Equal(new Installation(id, 8, 1, 2, 3), await BindAsync(id, 8));
        await ReopenAsync();
        Assert.Equal(8, (await FindAsync(id))!.UserId);
        Assert.Equal(default, await GetAsync(id));
        Assert.Equal(1100, await ReserveAsync(id, 0));
    }

    [Fact]
    public async Task Positions_begin_at_the_first_and_go_on_in_steps()
    {
        var id = (await AddAsync(7)).Id;
        var other = (await AddAsync(7)).Id;
        Assert.Equal(100, await ReserveAsync(id, 0));
        Assert.Equal(1100, await ReserveAsync(id, 1));
        Assert.Equal(2100, await ReserveAsync(id, 50));
        await ReopenAsync();
        Assert.Equal(3100, await ReserveAsync(id, 2_105));
        Assert.Equal(100, await ReserveAsync(other, 99));
    }

    [Theory]
    [InlineData(98, 100)]
    [InlineData(99, 100)]
    [InlineData(100, 101)]
    [InlineData(5000, 5001)]
    public async Task The_first_position_lies_after_what_was_seen(long seen, long expected)
    {
        var id = (await AddAsync(7)).Id;
        Assert.Equal(expected, await ReserveAsync(id, seen));
        Assert.Equal(expected + Step, await ReserveAsync(id, seen));
    }

    [Theory]
    [InlineData(1098, 1100)]
    [InlineData(1099, 1100)]
    [InlineData(1100, 1101)]
    [InlineData(900_000, 900_001)]
    public async Task Later_positions_lie_after_what_was_seen_and_after_what_was_reserved(long seen, long expected)
    {
        var id = (await AddAsync(7)).Id;
        Assert.Equal(100, await ReserveAsync(id, 0));
        Assert.Equal(expected, await ReserveAsync(id, seen));
    }

    [Fact]
    public async Task Reservations_at_once_do_not_overlap()
    {
        var id = (await AddAsync(7)).Id;
        var given = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ReserveAsync(id, 0)));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => First + (i * Step)), given.Order());
    }

    [Fact]
    public async Task Nothing_is_given_to_an_unknown_installation_or_when_no_number_is_left()
    {
        Assert.Equal(0, await ReserveAsync(5, 0));
        var id = (await AddAsync(7)).Id;
        Assert.Equal(0, await ReserveAsync(id, long.MaxValue));
        Assert.Equal(0, await ReserveAsync(id, long.MaxValue - Step));
        Assert.Equal(100, await ReserveAsync(id, 0));
        Assert.Equal(long.MaxValue - Step, await ReserveAsync(id, long.MaxValue - Step - 1));
        Assert.Equal(0, await ReserveAsync(id, 0));
    }

    [Fact]
    public async Task Marks_are_kept_as_long_as_the_installation_is_the_users()
    {
        var id = (await AddAsync(7)).Id;
        Assert.Equal(default, await GetAsync(id));
        await SetAsync(id, Marks, userId: 7);
        await ReopenAsync();
        Assert.Equal(Marks, await GetAsync(id));
        await SetAsync(id, Marks.Then(7, 8), userId: 7);
        Assert.Equal(new CatchUpMarks(new(3, 4), new(5, 6), new(7, 8), Seen: 9), await GetAsync(id));

        await BindAsync(id, 8);
        await SetAsync(id, Marks, userId: 7);
        Assert.Equal(default, await GetAsync(id));
        await SetAsync(id, Marks, userId: 8);
        Assert.Equal(Marks, await GetAsync(id));
        await SetAsync(id, default);
        Assert.Equal(new CatchUpMarks() with { Seen = 9 }, await GetAsync(id)); // never goes back
    }

    [Fact]
    public async Task What_was_seen_only_moves_forward_and_nothing_is_not_zero()
    {
        var id = (await AddAsync(7)).Id;
        Assert.Null((await GetAsync(id)).Seen);
        foreach (var (position, expected) in new[] { (0L, 0L), (5, 5), (4, 5), (6, 6) })
        {
            await Store.Installations.SetSeenAsync(Project, id, 7, position, Token);
            Assert.Equal(new CatchUpMarks() with { Seen = expected }, await GetAsync(id));
        }
        await Store.Installations.SetSeenAsync(Project, id, 8, 10, Token);
        await Store.Installations.SetSeenAsync(OtherProject, id, 7, 10, Token);
        await ReopenAsync();
        Assert.Equal(6, (await GetAsync(id)).Seen);
        await BindAsync(id, 8);
        Assert.Null((await GetAsync(id)).Seen);
    }

    [Fact]
    public async Task Marks_of_an_unknown_installation_are_nothing()
    {
        await SetAsync(5, Marks);
        Assert.Equal(default, await GetAsync(5));
        Assert.Null(await FindAsync(5));
    }

    private Task<Installation> AddAsync(long userId) => Store.Installations.AddAsync(Project, userId, 0, 0, 0, Token).AsTask();

    private Task<Installation?> FindAsync(long id) => Store.Installations.FindAsync(Project, id, Token).AsTask();

    private Task<Installation> BindAsync(long id, long userId) => Store.Installations.BindAsync(Project, id, userId, Token).AsTask();

    private Task<long> ReserveAsync(long id, long seen) =>
        Store.Installations.ReserveSequenceAsync(Project, id, seen, First, Step, Token).AsTask();

    private Task<CatchUpMarks> GetAsync(long id) => Store.Installations.GetMarksAsync(Project, id, Token).AsTask();

    private Task SetAsync(long id, CatchUpMarks marks, long userId = 0) =>
        Store.Installations.SetMarksAsync(Project, id, userId, marks, Token).AsTask();
}

using Parley.Core.Users;

namespace Parley.Storage.Conformance;

/// <summary>Which tokens were handed out, and what they are worth.</summary>
public abstract class AccessTokenConformance : StoreConformance
{
    private const string Web = "Web";

    private static readonly AccessTokenRecord Good = new(AccessTokenState.Normal, 1000);

    [Fact]
    public async Task A_token_is_known_for_its_project_user_and_platform_only_also_after_a_restart()
    {
        Assert.Null(await FindAsync(1));
        await AddAsync(1);
        await AddAsync(2, platform: "");
        await ReopenAsync();

        Assert.Equal(Good, await FindAsync(1));
        Assert.Equal(Good, await FindAsync(2, platform: ""));
        Assert.Null(await FindAsync(2));
        Assert.Null(await FindAsync(1, platform: "web"));
        Assert.Null(await FindAsync(1, user: 2));
        Assert.Null(await Store.AccessTokens.FindAsync(Key(1) with { ProjectId = OtherProject }, Token));
    }

    [Fact]
    public async Task A_new_token_leaves_the_others_of_its_pair_and_forgets_those_past_their_expiry()
    {
        await AddAsync(1, expires: 99);
        await AddAsync(2, expires: 100);
        await AddAsync(3);
        await AddAsync(4, platform: "IOS", expires: 99);
        await AddAsync(5, user: 2, expires: 99);
        await AddAsync(6, now: 99);
        Assert.NotNull(await FindAsync(1)); // in its last second
        await AddAsync(7, now: 100);
        Assert.Null(await FindAsync(1));
        Assert.Equal(AccessTokenState.Normal, (await FindAsync(2))!.Value.State);
        Assert.Equal(Good, await FindAsync(3));

        await SetAsync(AccessTokenState.Kicked, spared: 3);
        Assert.Equal(AccessTokenState.Kicked, (await FindAsync(7))!.Value.State);
        await AddAsync(8, now: 100);
        foreach (var kicked in new[] { 2, 6, 7 })
            Assert.Equal(AccessTokenState.Kicked, (await FindAsync(kicked))!.Value.State); // or it might be handed out again, and be good
        Assert.Equal(Good, await FindAsync(3));
        Assert.Equal(Good, await FindAsync(8));
        Assert.NotNull(await FindAsync(4, platform: "IOS"));
        Assert.NotNull(await FindAsync(5, user: 2));
    }

    [Fact]
    public async Task A_state_is_set_for_a_platform_or_for_all_but_for_one_token()
    {
        foreach (var n in new[] { 1, 2 })
        {
            await AddAsync(n);
            await AddAsync(n, platform: "IOS");
            await AddAsync(n, user: 2);
        }
        await SetAsync(AccessTokenState.Kicked, spared: 2);
        Assert.Equal("Kicked Normal Normal Normal Normal Normal", await StatesAsync());
        await Store.AccessTokens.SetStateAsync(Project, 1, null, Hash(1), AccessTokenState.Expired, Token);
        Assert.Equal("Kicked Expired Normal Expired Normal Normal", await StatesAsync());
        await Store.AccessTokens.SetStateAsync(Project, 1, null, default, AccessTokenState.Invalid, Token);
        Assert.Equal("Invalid Invalid Invalid Invalid Normal Normal", await StatesAsync());
        await Store.AccessTokens.SetStateAsync(OtherProject, 2, null, default, AccessTokenState.Invalid, Token);
        await Store.AccessTokens.SetStateAsync(Project, 3, Web, default, AccessTokenState.Invalid, Token);
        await ReopenAsync();
        Assert.Equal("Invalid Invalid Invalid Invalid Normal Normal", await StatesAsync());

        await AddAsync(1);
        Assert.Equal(Good, await FindAsync(1)); // handed out again

        async Task<string> StatesAsync() => string.Join(
            ' ', (await FindAsync(1))!.Value.State, (await FindAsync(2))!.Value.State, (await FindAsync(1, platform: "IOS"))!.Value.State,
            (await FindAsync(2, platform: "IOS"))!.Value.State, (await FindAsync(1, user: 2))!.Value.State,
            (await FindAsync(2, user: 2))!.Value.State);
    }

    [Fact]
    public async Task So_many_are_kept_and_those_that_expire_first_go_but_never_the_new_one()
    {
        await AddAsync(1, expires: 300, keep: 3);
        await AddAsync(2, expires: 200, keep: 3);
        await AddAsync(3, expires: 400, keep: 3);
        await AddAsync(9, platform: "IOS", expires: 100, keep: 3);
        Assert.NotNull(await FindAsync(2)); // three are not too many
        await AddAsync(4, expires: 150, keep: 3);
        Assert.Null(await FindAsync(2));
        await AddAsync(3, expires: 400, keep: 3); // no further one
        Assert.NotNull(await FindAsync(4));
        await AddAsync(5, expires: 500, keep: 2);
        Assert.NotNull(await FindAsync(3));
        Assert.NotNull(await FindAsync(5));
        Assert.Null(await FindAsync(1));
        Assert.Null(await FindAsync(4));
        Assert.NotNull(await FindAsync(9, platform: "IOS"));
    }

    [Fact]
    public async Task Expired_tokens_are_forgotten_a_few_at_a_time()
    {
        for (var n = 1; n <= 5; n++)
            await AddAsync(n, user: n, expires: 100 + n);
        Assert.Equal(0, await Store.AccessTokens.PurgeAsync(101, 10, Token));
        Assert.Equal(2, await Store.AccessTokens.PurgeAsync(104, 2, Token));
        Assert.Equal(1, await Store.AccessTokens.PurgeAsync(104, 2, Token));
        Assert.Null(await FindAsync(3, user: 3));
        Assert.NotNull(await FindAsync(4, user: 4));
    }

    private static byte[] Hash(int n) => [.. Enumerable.Repeat((byte)n, 32)];

    private static AccessTokenKey Key(int n, string platform = Web, long user = 1) => new(Project, user, platform, Hash(n));

    private async Task AddAsync(int n, string platform = Web, long user = 1, long expires = 1000, long now = 0, int keep = 0) =>
        await Store.AccessTokens.AddAsync(Key(n, platform, user), expires, now, keep, Token);

    private async Task<AccessTokenRecord?> FindAsync(int n, string platform = Web, long user = 1) =>
        await Store.AccessTokens.FindAsync(Key(n, platform, user), Token);

    private async Task SetAsync(AccessTokenState state, int spared) =>
        await Store.AccessTokens.SetStateAsync(Project, 1, Web, Hash(spared), state, Token);
}

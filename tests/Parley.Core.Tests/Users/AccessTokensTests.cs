using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Tests.Support;
using Parley.Core.Users;
using Parley.Testing;

namespace Parley.Core.Tests.Users;

/// <summary>Tokens that gateways handed out: their states, their end, and that memory never says what is no longer true.</summary>
public sealed class AccessTokensTests
{
    private const long Ann = 5;
    private const string Web = "Web";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_token_is_known_once_it_was_handed_out_and_only_where_it_was()
    {
        await using var world = await World.StartAsync();
        Assert.Null(await world.FindAsync("a"));
        await world.AddAsync("a");
        await world.AddAsync("b");
        await world.AddAsync("c", platform: "");
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("a")); // a new one leaves it good
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("b"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("c", platform: ""));
        Assert.Null(await world.FindAsync("c"));
        Assert.Null(await world.FindAsync("a", platform: "web"));
        Assert.Null(await world.FindAsync("a", user: Ann + 1));
        Assert.Null(await world.FindAsync("A"));
        Assert.Null(await world.FindAsync(""));
        await world.Fixture.RestartAsync();
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("a"));
    }

    [Fact]
    public async Task The_longest_token_is_kept_and_a_longer_one_was_never_handed_out()
    {
        await using var world = await World.StartAsync();
        var longest = new string('x', AccessTokens.MaxLength);
        await world.AddAsync(longest);
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync(longest));
        Assert.Null(await world.FindAsync(longest + "x"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => world.AddAsync(longest + "x"));
    }

    [Fact]
    public async Task A_good_token_expires_after_its_last_second_and_others_keep_their_state()
    {
        await using var world = await World.StartAsync();
        await world.AddAsync("a", seconds: 10);
        await world.AddAsync("b", seconds: 10);
        await world.SetAsync(AccessTokenState.Kicked, except: "a");
        world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("a"));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AccessTokenState.Expired, await world.FindAsync("a"));
        Assert.Equal(AccessTokenState.Kicked, await world.FindAsync("b"));
        await world.AddAsync("c");
        Assert.Null(await world.FindAsync("a"));
        Assert.Null(await world.FindAsync("b"));
    }

    [Fact]
    public async Task A_state_reaches_a_platform_or_all_and_spares_one_also_when_memory_knew_better()
    {
        await using var world = await World.StartAsync();
        foreach (var (token, platform) in new[] { ("a", Web), ("b", Web), ("c", "IOS") })
        {
            await world.AddAsync(token, platform);
            Assert.Equal(AccessTokenState.Normal, await world.FindAsync(token, platform));
        }
        await world.AddAsync("o", user: Ann + 1);

        await world.SetAsync(AccessTokenState.Kicked, except: "b");
        Assert.Equal(AccessTokenState.Kicked, await world.FindAsync("a"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("b"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("c", "IOS"));
        await world.SetAsync(AccessTokenState.Invalid, platform: null);
        await world.Fixture.RestartAsync();
        Assert.Equal(AccessTokenState.Invalid, await world.FindAsync("a"));
        Assert.Equal(AccessTokenState.Invalid, await world.FindAsync("b"));
        Assert.Equal(AccessTokenState.Invalid, await world.FindAsync("c", "IOS"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("o", user: Ann + 1));
        await world.AddAsync("a");
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("a")); // handed out again
    }

    [Fact]
    public async Task So_many_good_tokens_of_a_platform_are_kept()
    {
        await using var world = await World.StartAsync(new() { AccessTokensPerPlatform = 2 });
        await world.AddAsync("a", seconds: 20);
        await world.AddAsync("b", seconds: 10);
        await world.AddAsync("x", platform: "IOS");
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("b"));
        await world.AddAsync("c", seconds: 30);
        Assert.Null(await world.FindAsync("b"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("a"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("c"));
        Assert.Equal(AccessTokenState.Normal, await world.FindAsync("x", platform: "IOS"));
    }

    [Fact]
    public async Task Whoever_looks_after_a_kick_sees_the_kick()
    {
        await using var world = await World.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var token = CoreFixture.Number(round);
            await world.AddAsync(token);
            using var done = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                    Assert.NotNull(await world.FindAsync(token));
            })).ToArray();
            await world.SetAsync(AccessTokenState.Kicked);
            Assert.Equal(AccessTokenState.Kicked, await world.FindAsync(token));
            await done.CancelAsync();
            await Task.WhenAll(readers);
            Assert.Equal(AccessTokenState.Kicked, await world.FindAsync(token));
        }
    }

    [Fact]
    public async Task The_upkeep_forgets_what_has_expired()
    {
        await using var world = await World.StartAsync();
        await using var upkeep = new Upkeep(
            world.Fixture.Store, world.Fixture.Core.Projects, files: null, new(), world.Time, NullLogger.Instance);
        await world.AddAsync("a", seconds: 10);
        await world.AddAsync("b", seconds: 11);
        world.Time.Advance(TimeSpan.FromSeconds(11));
        await upkeep.RunOnceAsync(None);
        Assert.Null(await world.StoredAsync("a"));
        Assert.NotNull(await world.StoredAsync("b"));
    }

    private sealed class World(CoreFixture fixture, ManualTimeProvider time) : IAsyncDisposable
    {
        public CoreFixture Fixture => fixture;

        public ManualTimeProvider Time => time;

        public static async Task<World> StartAsync(CoreSettings? bounds = null)
        {
            var time = new ManualTimeProvider();
            return new(await CoreFixture.StartAsync(time: time, bounds: bounds), time);
        }

        public async Task AddAsync(string token, string platform = Web, long user = Ann, int seconds = 100) =>
            await fixture.Core.AccessTokens.AddAsync(
                fixture.Project, user, platform, token, time.GetUtcNow().ToUnixTimeSeconds() + seconds, None);

        public async Task<AccessTokenState?> FindAsync(string token, string platform = Web, long user = Ann) =>
            await fixture.Core.AccessTokens.FindAsync(fixture.Project, user, platform, token, None);

        public async Task SetAsync(AccessTokenState state, string? except = null, string? platform = Web) =>
            await fixture.Core.AccessTokens.SetStateAsync(fixture.Project, Ann, platform, except, state, None);

        public async Task<AccessTokenRecord?> StoredAsync(string token) => await fixture.Store.AccessTokens.FindAsync(
            new(CoreFixture.Pid, Ann, Web, System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token))), None);

        public ValueTask DisposeAsync() => fixture.DisposeAsync();
    }
}

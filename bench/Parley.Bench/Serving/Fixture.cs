using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Bench.Client;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Statistics;
using Parley.Core.Storage;
using Parley.Storage.Sqlite;

namespace Parley.Bench.Serving;

/// <summary>Fills the store of a server that does not run yet: a project, login tokens, groups, history.</summary>
internal static class Fixture
{
    /// <summary>The project of all load.</summary>
    public const long ProjectId = 1000;

    private const int TokensAtOnce = 4096;
    private const long FirstRankedGroup = 2_000_001;

    private static readonly long[] Members = [600_001, 600_002, 600_003];

    /// <summary>Opens the store of a data directory.</summary>
    public static async Task<SqliteStore> OpenAsync(string dataDirectory, SqliteSynchronous synchronous, CancellationToken cancellationToken) =>
        await SqliteStore.OpenAsync(
            new() { Path = Path.Combine(dataDirectory, "parley.db"), Synchronous = synchronous },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            cancellationToken);

    /// <summary>Fills a new data directory and returns the tokens by user.</summary>
    public static async Task<IReadOnlyDictionary<long, string>> FillAsync(
        string dataDirectory, FixturePlan plan, int bodyBytes, CancellationToken cancellationToken)
    {
        // what is lost with a crash is made again: nothing here needs a flush
        await using var store = await OpenAsync(dataDirectory, SqliteSynchronous.Off, cancellationToken);
        await store.Projects.SaveAsync(MakeProject(plan.Secret), cancellationToken);
        var tokens = await AddTokensAsync(store, plan.Users, cancellationToken);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (group, members) in plan.Groups)
            await store.Groups.AddMembersAsync(ProjectId, group, members, memberLimit: 0, groupLimit: 0, now, cancellationToken);
        await AddPeriodsAsync(store, plan.Periods, now / 1000, cancellationToken);
        await AddRankedGroupsAsync(store, plan.RankedGroups, now, cancellationToken);
        foreach (var (one, other, messages) in plan.Conversations)
        {
            var appender = new Appender(store.Messages, window: TokensAtOnce);
            var body = QuestTemplate.Body(bodyBytes);
            await Task.Run(() => appender.Run(messages, i => Say(i % 2 == 0 ? one : other, i % 2 == 0 ? other : one, i + 1, body)), cancellationToken);
        }
        return tokens;
    }

    /// <summary>A message from one user to another.</summary>
    public static Message Say(long sender, long receiver, long messageId, byte[] body) => new()
    {
        Conversation = ConversationKey.PeerToPeer(ProjectId, sender, receiver),
        Sender = sender,
        MessageId = messageId,
        Type = 51,
        Body = body,
    };

    private static Project MakeProject(string secret) => new()
    {
        Id = ProjectId,
        Name = "bench",
        Secret = secret,
        Settings = new() { MultiLogin = true, UserCallsPerSecond = 0, RoomsPerUser = 0, GroupMembers = 1_000_000, UnreadPush = false },
    };

    private static async Task AddPeriodsAsync(IStore store, int periods, long now, CancellationToken cancellationToken)
    {
        if (periods == 0)
            return;
        const int Seconds = FixturePlan.PeriodSeconds;
        await store.Statistics.SetPrecisionAsync(ProjectId, new(Seconds, periods), keepFrom: 0, most: 100, cancellationToken);
        var first = now - (now % Seconds) - ((periods - 1L) * Seconds);
        foreach (var chunk in Enumerable.Range(0, periods).Chunk(TokensAtOnce))
        {
            var samples = chunk.Select(i => new OnlineSample(ProjectId, Seconds, new(first + ((long)i * Seconds), 1000 + (i % 977), i % 991)));
            await store.Statistics.SaveOnlineAsync([.. samples], cancellationToken);
        }
    }

    private static async Task AddRankedGroupsAsync(IStore store, int groups, long now, CancellationToken cancellationToken)
    {
        const int Kinds = 3;
        foreach (var chunk in Enumerable.Range(0, groups).Chunk(TokensAtOnce))
        {
            var adding = chunk.Select(i => store.Groups.AddMembersAsync(
                ProjectId, FirstRankedGroup + i, Members[..(1 + (i % Kinds))], memberLimit: 0, groupLimit: 0, now, cancellationToken).AsTask());
            await Task.WhenAll(adding);
        }
        if (groups == 0)
            return;
        // every group has said something, most of them more than once
        var appender = new Appender(store.Messages, window: TokensAtOnce);
        var body = QuestTemplate.Body(1);
        await Task.Run(() => appender.Run(2 * groups, i => SayInGroup(FirstRankedGroup + (i < groups ? i : i * 7919L % groups), i + 1, body)), cancellationToken);
    }

    private static Message SayInGroup(long group, long messageId, byte[] body) => new()
    {
        Conversation = ConversationKey.Group(ProjectId, group),
        Sender = Members[0],
        MessageId = messageId,
        Type = 51,
        Body = body,
    };

    private static async Task<Dictionary<long, string>> AddTokensAsync(IStore store, HashSet<long> users, CancellationToken cancellationToken)
    {
        var expires = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        var tokens = new Dictionary<long, string>(users.Count);
        foreach (var chunk in users.Chunk(TokensAtOnce))
        {
            // asked for together, they are committed together
            var adding = new List<Task>(chunk.Length);
            foreach (var user in chunk)
            {
                var token = tokens[user] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
                adding.Add(store.Users.AddTokenAsync(ProjectId, user, hash, expires, cancellationToken).AsTask());
            }
            await Task.WhenAll(adding);
        }
        return tokens;
    }
}

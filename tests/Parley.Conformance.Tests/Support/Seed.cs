using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Storage.Sqlite;

namespace Parley.Conformance.Tests.Support;

/// <summary>Puts into a data directory what only back ends may make: projects, tokens, groups, bans, broadcasts, files.</summary>
public sealed class Seed : IAsyncDisposable, IJournalSink
{
    private readonly SqliteStore _store;
    private TaskCompletionSource _committed = new();
    private int _waiting;

    private Seed(SqliteStore store)
    {
        _store = store;
        store.Messages.SetSink(this);
    }

    public static async Task<Seed> OpenAsync(string dataDirectory)
    {
        var options = new SqliteStoreOptions { Path = Path.Combine(dataDirectory, "parley.db"), Synchronous = SqliteSynchronous.Off };
        return new(await SqliteStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None));
    }

    /// <summary>The token of a user, the same in every project.</summary>
    public static string TokenOf(long userId) => userId.ToString("X32");

    public async Task ProjectAsync(long pid, ProjectSettings settings, params long[] admins) => await _store.Projects.SaveAsync(
        new Project { Id = pid, Name = "conformance", Secret = "secret", AdminUserIds = admins, Settings = settings }, CancellationToken.None);

    /// <summary>Tokens for users one after another.</summary>
    public async Task TokensAsync(long pid, long first, int count, TimeSpan? life = null)
    {
        var expires = (TimeProvider.System.GetUtcNow() + (life ?? TimeSpan.FromDays(1))).ToUnixTimeMilliseconds();
        var adding = Enumerable.Range(0, count).Select(i => _store.Users.AddTokenAsync(
            pid, first + i, SHA256.HashData(Encoding.UTF8.GetBytes(TokenOf(first + i))), expires, CancellationToken.None).AsTask());
        await Task.WhenAll(adding);
    }

    /// <summary>A group with members, as a back end makes one.</summary>
    public async Task GroupAsync(long pid, long gid, params long[] members) =>
        await _store.Groups.AddMembersAsync(pid, gid, members, 0, 0, 1, CancellationToken.None);

    /// <summary>A group that an operator closed.</summary>
    public async Task CloseAsync(long pid, long gid) =>
        await _store.Groups.SetRulesAsync(pid, gid, capacity: null, isClosed: true, CancellationToken.None);

    public async Task BanAsync(long pid, BanPlace place, BanKind kind, long uid, long until = long.MaxValue) =>
        await _store.Bans.SetAsync(pid, new(place, kind, uid, until), CancellationToken.None);

    /// <summary>A room that the operator closed for everybody.</summary>
    public async Task CloseRoomAsync(long pid, long rid) => await _store.Rooms.SetClosedAsync(pid, rid, true, CancellationToken.None);

    public async Task FriendsAsync(long pid, long uid, params long[] friends) =>
        await _store.Relations.AddAsync(pid, RelationKind.Friend, uid, friends, 0, CancellationToken.None);

    /// <summary>Stores messages as they are, with the times that they have.</summary>
    public async Task MessagesAsync(params Message[] messages)
    {
        _waiting = messages.Length;
        _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var message in messages)
            Assert.True(_store.Messages.TryAppend(new JournalEntry { Message = message }));
        await Wait.For(_committed.Task, "the seeded messages");
    }

    public async Task DeleteAsync(ConversationKey conversation, long sequence) =>
        Assert.True(await _store.Messages.DeleteAsync(conversation, sequence, CancellationToken.None));

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    void IJournalSink.OnCommitted(ReadOnlySpan<JournalEntry> entries)
    {
        foreach (var entry in entries)
            Assert.Equal(JournalStatus.Stored, entry.Status);
        if (Interlocked.Add(ref _waiting, -entries.Length) == 0)
            _committed.TrySetResult();
    }
}

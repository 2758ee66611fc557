using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Cluster;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Storage.Sqlite;

namespace Parley.Core.Tests.Support;

/// <summary>A core over a real store in a folder of its own.</summary>
internal sealed class CoreFixture : IAsyncDisposable
{
    public const long Pid = 1000;

    private readonly string _directory;
    private readonly TimeProvider _time;

    private CoreFixture(string directory, TimeProvider time)
    {
        _directory = directory;
        _time = time;
    }

    public ParleyCore Core { get; private set; } = null!;

    public IStore Store { get; private set; } = null!;

    public GatedStore? Gate { get; private set; }

    private CoreSettings Bounds { get; init; } = new();

    public Project Project => Core.Projects.TryGet(Pid, out var project) ? project : throw new InvalidOperationException();

    public static async Task<CoreFixture> StartAsync(
        ProjectSettings? settings = null, bool isGated = false, TimeProvider? time = null, long[]? admins = null, CoreSettings? bounds = null)
    {
        var directory = Directory.CreateTempSubdirectory("parley-core-").FullName;
        var fixture = new CoreFixture(directory, time ?? TimeProvider.System) { Bounds = bounds ?? new() };
        await fixture.OpenAsync(isGated);
        await fixture.Core.Projects.SaveAsync(
            new Project { Id = Pid, Secret = "s", Settings = settings ?? new(), AdminUserIds = admins ?? [] }, CancellationToken.None);
        return fixture;
    }

    /// <summary>Closes everything and opens it again on the same folder.</summary>
    public async Task RestartAsync(Action? whileClosed = null)
    {
        await CloseAsync();
        whileClosed?.Invoke();
        await OpenAsync(isGated: false);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public FakeSession Login(long userId, bool hearsOwn = false, string endpoint = "127.0.0.1:1")
    {
        var session = new FakeSession(Project, userId, endpoint, hearsOwn);
        Core.Sessions.Open(session);
        return session;
    }

    public SendRequest ToPeer(long from, long to, long mid, string text = "hello", FakeSession? origin = null) => new()
    {
        Project = Project,
        Kind = ConversationKind.PeerToPeer,
        Sender = from,
        Target = to,
        MessageId = mid,
        Type = 30,
        Body = Encoding.UTF8.GetBytes(text),
        Origin = origin,
    };

    public SendRequest ToGroup(long from, long groupId, long mid, FakeSession? origin = null) =>
        ToPeer(from, groupId, mid, origin: origin) with { Kind = ConversationKind.Group };

    public SendRequest ToRoom(long from, long roomId, long mid, FakeSession? origin = null) =>
        ToPeer(from, roomId, mid, origin: origin) with { Kind = ConversationKind.Room };

    public async Task<IReadOnlyList<Message>> ReadAllAsync(ConversationKey conversation) =>
        await Store.Messages.GetRangeAsync(conversation, 1, long.MaxValue, int.MaxValue, CancellationToken.None);

    public static string TextOf(Message message) => Encoding.UTF8.GetString(message.Body.Span);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private async Task OpenAsync(bool isGated)
    {
        Store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = Path.Combine(_directory, "parley.db") }, _time, NullLoggerFactory.Instance, CancellationToken.None);
        Gate = isGated ? new GatedStore(Store) : null;
        Core = new ParleyCore(Gate ?? Store, Bounds, new InProcessBackplane(), _time, NullLoggerFactory.Instance);
        await Core.StartAsync(CancellationToken.None);
    }

    private async Task CloseAsync()
    {
        await Core.DisposeAsync();
        await Store.DisposeAsync();
    }
}

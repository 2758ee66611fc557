using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;

namespace Parley.Core.Tests.Support;

/// <summary>A session that remembers what it was told.</summary>
internal sealed class FakeSession(Project project, long userId, string endpoint, bool hearsOwn) : Session(project, userId, endpoint, 0)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<Message> _pushed = Channel.CreateUnbounded<Message>();

    public ConcurrentQueue<SessionEnd> Ends { get; } = new();

    public ConcurrentQueue<long> LostRooms { get; } = new();

    public override bool HearsOwn(Message message, bool isOrigin) => hearsOwn && !isOrigin;

    public override void Push(MessageDelivery delivery) => _pushed.Writer.TryWrite(delivery.Message);

    public override void End(SessionEnd reason) => Ends.Enqueue(reason);

    public override void OnRemovedFromRoom(long roomId) => LostRooms.Enqueue(roomId);

    /// <summary>The next push; fails when none comes.</summary>
    public async Task<Message> NextAsync() => await _pushed.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>What was pushed so far and not read.</summary>
    public IReadOnlyList<Message> Pushed()
    {
        var all = new List<Message>();
        while (_pushed.Reader.TryRead(out var message))
            all.Add(message);
        return all;
    }
}

using System.Collections.Concurrent;
using Parley.Core.Projects;

namespace Parley.Core.Rooms;

/// <content>Broadcasts of the operator that are kept for those who come later.</content>
public sealed partial class RoomDirectory
{
    /// <summary>How many broadcasts of one room are kept; beyond it the oldest are forgotten.</summary>
    public const int MostKeptBroadcasts = 100;

    private readonly ConcurrentDictionary<(long ProjectId, long RoomId, long Number), BroadcastMark> _keeping = new();
    private readonly ConcurrentDictionary<BroadcastUnderWay, bool> _underWay = new();

    /// <summary>
    /// A broadcast that is to be kept is about to be sent. Until the result is disposed of, which is when it is kept or was refused,
    /// <see cref="GetKeptBroadcastsAsync"/> waits for it: so who takes a seat and then asks was sent it, or finds it.
    /// </summary>
    public IDisposable BeginBroadcast(Project project, long roomId)
    {
        var underWay = new BroadcastUnderWay(this, project.Id, roomId);
        _underWay[underWay] = true;
        return underWay;
    }

    /// <summary>The next number of a broadcast in a room: 1, 2, 3 …, also after a restart; from 1 again when the room was dismissed.</summary>
    public ValueTask<long> NextBroadcastAsync(Project project, long roomId, CancellationToken cancellationToken) =>
        _store.NextBroadcastAsync(project.Id, roomId, cancellationToken);

    /// <summary>
    /// Keeps a broadcast that was stored for those who come until it expires. Who calls
    /// <see cref="GetKeptBroadcastsAsync"/> after this method was called finds it, also before the returned task has completed.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="roomId">The room.</param>
    /// <param name="number">Its number.</param>
    /// <param name="position">The message's place in the log.</param>
    /// <param name="expiresAtMs">Until when, in unix milliseconds.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async ValueTask KeepBroadcastAsync(
        Project project, long roomId, long number, long position, long expiresAtMs, CancellationToken cancellationToken)
    {
        var key = (project.Id, roomId, number);
        var mark = new BroadcastMark(number, position, expiresAtMs);
        _keeping[key] = mark;
        try
        {
            await _store.KeepBroadcastAsync(project.Id, roomId, mark, MostKeptBroadcasts, cancellationToken);
            await ForgetAsync(project, roomId);
        }
        finally
        {
            _keeping.TryRemove(key, out _);
        }
    }

    /// <summary>The kept broadcasts of a room with greater numbers than the given one that did not expire, in ascending order.</summary>
    public async ValueTask<IReadOnlyList<KeptBroadcast>> GetKeptBroadcastsAsync(
        Project project, long roomId, long afterNumber, CancellationToken cancellationToken)
    {
        if (!_underWay.IsEmpty)
            await WaitForBroadcastsAsync(project.Id, roomId, cancellationToken);
        var keeping = FindKeeping(project.Id, roomId); // before what is stored: one that is gone from here is there
        var state = await _states.GetAsync((project.Id, roomId));
        if (state.Kept.Count == 0 && keeping.Count == 0)
            return [];
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var kept = new List<KeptBroadcast>();
        foreach (var mark in state.Kept.Concat(keeping).DistinctBy(mark => mark.Number).OrderBy(mark => mark.Number))
        {
            if (mark.Number <= afterNumber || mark.ExpiresAt <= now)
                continue;
            if (await _messages.FindAtAsync(project.Id, mark.Position, cancellationToken) is { IsDeleted: false } message)
                kept.Add(new(mark.Number, mark.ExpiresAt, message));
        }
        return kept;
    }

    private async Task WaitForBroadcastsAsync(long projectId, long roomId, CancellationToken cancellationToken)
    {
        foreach (var underWay in _underWay.Keys)
        {
            if (underWay.ProjectId == projectId && underWay.RoomId == roomId)
                await underWay.Ended.WaitAsync(cancellationToken);
        }
    }

    private List<BroadcastMark> FindKeeping(long projectId, long roomId)
    {
        var found = new List<BroadcastMark>(0);
        if (_keeping.IsEmpty)
            return found;
        foreach (var (key, mark) in _keeping)
        {
            if (key.ProjectId == projectId && key.RoomId == roomId)
                found.Add(mark);
        }
        return found;
    }

    private sealed class BroadcastUnderWay(RoomDirectory rooms, long projectId, long roomId) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long ProjectId => projectId;

        public long RoomId => roomId;

        public Task Ended => _ended.Task;

        public void Dispose()
        {
            rooms._underWay.TryRemove(this, out _);
            _ended.TrySetResult();
        }
    }
}

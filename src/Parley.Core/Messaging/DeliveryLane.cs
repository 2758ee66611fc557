using Microsoft.Extensions.Logging;
using Parley.Core.Groups;

namespace Parley.Core.Messaging;

/// <summary>
/// Takes committed messages in order and, for each, tells the sender and then the receivers. All messages of a conversation pass
/// through the same lane, so every session sees them in order. A lane runs on the thread pool while it has work and holds no thread
/// while it has none, or while it waits for the members of a group that memory does not know.
/// </summary>
/// <remarks>Bounded by the journal's queue: what is in a lane was in that queue before.</remarks>
internal sealed class DeliveryLane(Delivery delivery, CoreMetrics metrics, ILogger logger) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<Submission> _incoming = [];
    private List<Submission> _working = [];
    private bool _isRunning;
    private long _oldest = long.MaxValue;

    /// <summary>
    /// Everything before this place in the log was delivered, as far as it was added; <see cref="long.MaxValue"/> when all was. Counts by
    /// whole batches, so it may lie behind.
    /// </summary>
    public long Oldest
    {
        get
        {
            lock (_gate)
                return _oldest;
        }
    }

    /// <summary>Adds messages of one commit. Called by the journal's thread only.</summary>
    public void Add(Submission submission)
    {
        lock (_gate)
        {
            _incoming.Add(submission);
            if (submission.Status == JournalStatus.Stored)
                _oldest = Math.Min(_oldest, submission.Message.Position);
        }
    }

    /// <summary>Makes the lane run if it has work and does not run yet.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_isRunning || _incoming.Count == 0)
                return;
            _isRunning = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                _oldest = PositionOfFirst(_incoming);
                if (_incoming.Count == 0)
                {
                    _isRunning = false;
                    return;
                }
                (_incoming, _working) = (_working, _incoming);
            }
            try
            {
                await DrainAsync();
            }
            catch (Exception exception)
            {
                // what was left of the batch is in history; the lane goes on
                metrics.OnDeliveryFault();
                logger.LaneFailed(exception, _working.Count);
                _working.Clear();
            }
        }
    }

    private static long PositionOfFirst(List<Submission> submissions)
    {
        foreach (var submission in submissions)
        {
            if (submission.Status == JournalStatus.Stored)
                return submission.Message.Position;
        }
        return long.MaxValue;
    }

    /// <summary>The group; null when it cannot be read, and then it is those who were members when the message was accepted who hear it.</summary>
    private async ValueTask<Group?> WaitForAsync(ValueTask<Group?> finding)
    {
        try
        {
            return await finding;
        }
        catch (Exception exception)
        {
            metrics.OnDeliveryFault();
            logger.DeliveryFailed(exception, ConversationKind.Group);
            return null;
        }
    }

    private async ValueTask DrainAsync()
    {
        var isOwner = Burst.TryBegin();
        foreach (var submission in _working)
        {
            try
            {
                submission.Complete();
                if (submission.Status == JournalStatus.Stored)
                {
                    var finding = delivery.FindGroupAsync(submission);
                    Group? group;
                    if (finding.IsCompletedSuccessfully)
                    {
                        group = finding.Result;
                    }
                    else
                    {
                        // what was said so far is not to wait, and a burst belongs to its thread
                        if (isOwner)
                            Burst.End();
                        group = await WaitForAsync(finding);
                        isOwner = Burst.TryBegin();
                    }
                    delivery.Deliver(submission, group);
                }
                metrics.OnSent(submission);
            }
            catch (Exception exception)
            {
                metrics.OnDeliveryFault();
                logger.DeliveryFailed(exception, submission.Message.Conversation.Kind);
            }
            submission.Activity?.Dispose();
        }
        _working.Clear();
        if (isOwner)
            Burst.End();
    }
}

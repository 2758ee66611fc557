using System.Diagnostics.CodeAnalysis;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>
/// Brings the pushes of one session into the order of their inbox numbers (openim.md §6.4): messages of different conversations come through
/// different lanes, a hair out of order, and each gap that a client sees costs it a pull. What comes in order passes at once; what comes
/// ahead of a number that is missing is held until that has come, but not beyond its time and not more than <see cref="Most"/> pushes: a
/// client closes the gap itself (§8.7). What comes too late is let through; clients drop what they know. Not thread-safe.
/// </summary>
internal sealed class PushWindow
{
    /// <summary>Most pushes that wait; with one more the first gap is given up.</summary>
    public const int Most = 1024;

    private readonly List<HeldPush> _held = [];
    private long _next; // the number whose turn it is; 0 = not known yet

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _held.Count == 0;

    /// <summary>How many numbers were not waited for any longer.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Tells the newest number that was given before the session began to be told; until then numbers are held.</summary>
    public void Begin(long newest) => _next = Math.Max(_next, newest + 1);

    /// <summary>Whether a push may go out at once; if so, its number has had its turn.</summary>
    /// <param name="number">Its number; 0 = none.</param>
    public bool TryPass(long number)
    {
        if (_held.Count > 0 || (number > 0 && (_next == 0 || number > _next)))
            return false;
        Pass(number);
        return true;
    }

    /// <summary>Has a push wait. One without a number stays behind those that came before it.</summary>
    public void Add(HeldPush push)
    {
        push.Key = push.Number > 0 ? push.Number : _held.Count > 0 ? _held[^1].Key : 0;
        var index = _held.Count;
        while (index > 0 && _held[index - 1].Key > push.Key)
            index--;
        if (index < _held.Count)
            push.DueAt = Math.Min(push.DueAt, _held[index].DueAt);
        _held.Insert(index, push);
    }

    /// <summary>Takes out the next push that may go out now; false when there is none, or it must wait.</summary>
    /// <param name="now">The time by the heartbeat's clock.</param>
    /// <param name="push">The push; it is ready.</param>
    public bool TryTake(long now, [NotNullWhen(true)] out HeldPush? push)
    {
        while (_held.Count > 0)
        {
            push = _held[0];
            var isTurn = push.Key == 0 || (_next > 0 && push.Key <= _next);
            if ((!isTurn || !push.IsReady) && now < push.DueAt && _held.Count <= Most)
                break;
            _held.RemoveAt(0);
            if (!isTurn && _next > 0)
                GivenUp += push.Key - _next;
            Pass(push.Number);
            if (push.IsReady)
                return true;
            push.IsAlone = true;
        }
        push = null;
        return false;
    }

    /// <summary>Forgets everything: the session is over.</summary>
    public void Clear() => _held.Clear();

    private void Pass(long number)
    {
        if (number > 0)
            _next = Math.Max(_next, number + 1);
    }
}

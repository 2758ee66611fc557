namespace Parley.Bench.Client;

/// <summary>The quests of one connection that wait for their answer: at most so many at once. The sequence number names the place.</summary>
internal sealed class QuestSlots
{
    private readonly long[] _sentAt;
    private readonly int[] _free;
    private int _freeCount;

    public QuestSlots(int depth)
    {
        _sentAt = new long[depth];
        _free = new int[depth];
        for (var i = 0; i < depth; i++)
            _free[i] = depth - 1 - i;
        _freeCount = depth;
    }

    /// <summary>Quests without an answer yet.</summary>
    public int Waiting => _free.Length - _freeCount;

    /// <summary>Whether another quest may be sent.</summary>
    public bool HasFree => _freeCount > 0;

    /// <summary>Takes a place and returns the quest's sequence number.</summary>
    public uint Take(long now)
    {
        var slot = _free[--_freeCount];
        _sentAt[slot] = now;
        return (uint)slot + 1;
    }

    /// <summary>Frees the place of an answered quest and tells when it was sent; false for a number that nobody waits for.</summary>
    public bool TryRelease(uint sequenceNumber, out long sentAt)
    {
        sentAt = 0;
        var slot = (int)sequenceNumber - 1;
        if ((uint)slot >= (uint)_sentAt.Length || _sentAt[slot] == 0)
            return false;
        sentAt = _sentAt[slot];
        _sentAt[slot] = 0;
        _free[_freeCount++] = slot;
        return true;
    }
}

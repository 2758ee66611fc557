using Parley.Core.Relations;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>Which words about friendship that wait in the store a session was told when they were said. As many as wait at the most.</summary>
internal sealed class ToldWords
{
    private readonly Lock _gate = new();
    private SortedSet<long>? _numbers;

    /// <summary>A word was told.</summary>
    public void Add(FriendRequest request)
    {
        if (request.Number == 0)
            return; // not kept
        lock (_gate)
        {
            _numbers ??= [];
            _numbers.Add(request.Number);
            if (_numbers.Count > FriendRequests.MostWaiting)
                _numbers.Remove(_numbers.Min);
        }
    }

    /// <summary>Whether a word was told.</summary>
    public bool Contains(FriendRequest request)
    {
        lock (_gate)
            return _numbers?.Contains(request.Number) == true;
    }
}

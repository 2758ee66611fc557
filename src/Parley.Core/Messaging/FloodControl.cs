using System.Runtime.InteropServices;
using Parley.Core.Users;

namespace Parley.Core.Messaging;

/// <summary>
/// The pace at which users speak in each conversation, whether they have sessions or not. Bounded: users who spoke longest ago are
/// forgotten first, and a user's conversations all at once when they are too many.
/// </summary>
internal sealed class FloodControl(int users = FloodControl.MostUsers)
{
    /// <summary>Most users whose pace is known.</summary>
    public const int MostUsers = 16_384;

    /// <summary>Most conversations of one user.</summary>
    public const int MostConversations = 64;

    private readonly BoundedCache<UserKey, Pace> _paces = new(users, static _ => new(new Pace()));

    /// <summary>How many users are known.</summary>
    public int Count => _paces.Count;

    /// <summary>Takes one message out of what the user may say there; false when that is used up.</summary>
    public async ValueTask<bool> TrySpeakAsync(UserKey user, ConversationKey conversation, int messages, int windowSeconds, long nowMilliseconds) =>
        (await _paces.GetAsync(user)).TrySpeak(conversation, messages, windowSeconds, nowMilliseconds);

    private sealed class Pace
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<ConversationKey, Sessions.Throttle> _conversations = [];

        public bool TrySpeak(ConversationKey conversation, int messages, int windowSeconds, long nowMilliseconds)
        {
            lock (_gate)
            {
                if (_conversations.Count >= MostConversations && !_conversations.ContainsKey(conversation))
                    _conversations.Clear();
                ref var throttle = ref CollectionsMarshal.GetValueRefOrAddDefault(_conversations, conversation, out _);
                return throttle.TryTake(windowSeconds * 1000.0 / messages, messages, nowMilliseconds);
            }
        }
    }
}

using Parley.Core.Sessions;

namespace Parley.Core.Listening;

/// <summary>Something that happened to a user.</summary>
/// <param name="Name">What: <see cref="Login"/> or <see cref="Logout"/>.</param>
/// <param name="Session">The session that began or ended.</param>
/// <param name="Time">When, in unix milliseconds.</param>
public sealed record ListenerEvent(string Name, Session Session, long Time)
{
    /// <summary>A session was opened.</summary>
    public const string Login = "login";

    /// <summary>A session ended.</summary>
    public const string Logout = "logout";
}

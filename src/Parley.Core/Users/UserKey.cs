namespace Parley.Core.Users;

/// <summary>A user of a project.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The user.</param>
public readonly record struct UserKey(long ProjectId, long UserId);

"""The lottery that resolves ties."""

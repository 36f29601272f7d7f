"""The pages that training brings to the app; the app finds them in `places`."""

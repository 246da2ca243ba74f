"""To come."""

import streamlit as st

st.write("revisar")
